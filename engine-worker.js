// The worker that the certificate engine runs in. src/engine/worker.rs starts it, by way of boot.js.
import start, { serve } from "/engine.js";

// The whole engine takes the place of the first one (crates/engine/src/hand_over.rs).
globalThis.handOver = async (files, messages) => {
  try {
    const { default: start, take_over } = await import("/engine-whole.js");
    await start({ module_or_path: "/engine-whole_bg.wasm" });
    take_over(files, messages);
  } catch (error) {
    // The page hears of no promise.
    reportError(error);
  }
};

await start({ module_or_path: "/engine_bg.wasm" });
serve();
