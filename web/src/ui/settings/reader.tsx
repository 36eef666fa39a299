import decodeQR from 'qr/decode.js';
import { useEffect, useRef, useState } from 'preact/hooks';
import { t } from '../i18n';
import { useCamera } from '../compose/camera';

const EVERY_MILLIS = 180;
const WIDTH_PIXELS = 640;

/** Looks through the camera for a QR code. What it sees stays in this page. */
export function QrReader({ onRead, onFail }: { onRead: (text: string) => void; onFail: (why: string) => void }) {
  const video = useRef<HTMLVideoElement>(null);
  const [ready, setReady] = useState(false);
  const read = useRef(onRead);
  read.current = onRead;
  useCamera(video, 'environment', () => setReady(true), onFail);

  useEffect(() => {
    if (!ready) return;
    const canvas = document.createElement('canvas');
    const pen = canvas.getContext('2d', { willReadFrequently: true });
    const timer = setInterval(() => {
      const source = video.current;
      if (!source?.videoWidth || !pen) return;
      const scale = Math.min(1, WIDTH_PIXELS / source.videoWidth);
      canvas.width = Math.round(source.videoWidth * scale);
      canvas.height = Math.round(source.videoHeight * scale);
      pen.drawImage(source, 0, 0, canvas.width, canvas.height);
      try {
        read.current(decodeQR(pen.getImageData(0, 0, canvas.width, canvas.height)));
      } catch {
        // No code in this picture; the next one may have it.
      }
    }, EVERY_MILLIS);
    return () => clearInterval(timer);
  }, [ready]);

  return <video ref={video} class="camera-view" muted playsInline autoPlay aria-label={t('devices.camera')} />;
}
