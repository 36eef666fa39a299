import { generate } from 'lean-qr';
import { useEffect, useRef } from 'preact/hooks';

/** A QR code. Always dark on light, as readers want it. */
export function Qr({ text, label }: { text: string; label: string }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    if (canvas.current) generate(text).toCanvas(canvas.current, { on: [36, 29, 24, 255], off: [255, 255, 255, 255], pad: 3 });
  }, [text]);
  return <canvas ref={canvas} class="qr" role="img" aria-label={label} />;
}
