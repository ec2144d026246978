// Loads a script that few need. Rejects when it cannot be had.
export function scriptAt(address) {
  const script = Object.assign(document.createElement("script"), { src: address });
  return new Promise((loaded, failed) => {
    script.addEventListener("load", loaded);
    script.addEventListener("error", () => {
      script.remove();
      failed();
    });
    document.head.append(script);
  });
}
