// Starts the WebAssembly module, and says so in plain words when it cannot start.

// The colours a person chose, before anything is painted in other ones (see src/ui/theme.rs).
try {
  const theme = localStorage.getItem("theme");
  if (theme) {
    document.documentElement.dataset.theme = theme;
  }
} catch {
  // Without storage the page goes with the system.
}

const program = document.getElementById("program").dataset;

try {
  if (typeof WebAssembly !== "object") {
    throw new Error("WebAssembly is switched off in this browser");
  }
  const { default: start } = await import(program.module);
  await start({ module_or_path: program.wasm });
} catch (error) {
  const message = document.getElementById("shell-message");
  if (message) {
    message.setAttribute("role", "alert");
    message.textContent =
      `The page could not start: ${error.message}. It needs a browser with WebAssembly, ` +
      "and all its files from this address. Try a current browser, then load the page again.";
  }
  console.error(error);
}
