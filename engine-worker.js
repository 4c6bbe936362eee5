// The worker that the certificate engine runs in. src/engine/worker.rs starts it, by way of boot.js.
import start, { serve } from "/engine.js";

await start({ module_or_path: "/engine_bg.wasm" });
serve();
