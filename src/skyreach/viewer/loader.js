(async () => {
  try {
    const raw = atob(document.getElementById("app-code").textContent);
    const packed = Uint8Array.from(raw, (c) => c.charCodeAt(0));
    const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
    const code = new Blob([await new Response(stream).arrayBuffer()], { type: "text/javascript" });
    await import(URL.createObjectURL(code));
  } catch (fault) {
    document.getElementById("app").textContent = `This page needs a browser of 2023 or later (${fault}).`;
  }
})();
