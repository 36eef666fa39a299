import { useEffect, useRef, useState } from 'preact/hooks';
import { t } from '../i18n';
import { Dialog } from '../parts/dialog';
import { Wrong } from '../parts/field';

/** Takes a photo. The camera is off as soon as this is closed. */
export function CameraForm({ close, onShot }: { close: () => void; onShot: (file: File) => void }) {
  const [wrong, setWrong] = useState('');
  if (!wrong) return <Viewfinder close={close} onShot={onShot} onFail={setWrong} />;
  return (
    <Dialog
      title={t('attach.camera')}
      close={close}
      foot={
        <button type="button" class="button main" onClick={() => setWrong('')}>
          {t('do.tryAgain')}
        </button>
      }
    >
      <Wrong text={wrong} />
    </Dialog>
  );
}

function Viewfinder({ close, onShot, onFail }: { close: () => void; onShot: (file: File) => void; onFail: (why: string) => void }) {
  const video = useRef<HTMLVideoElement>(null);
  const [ready, setReady] = useState(false);
  useCamera(video, 'user', () => setReady(true), onFail);
  const shoot = () => {
    const source = video.current;
    if (!source) return;
    const canvas = document.createElement('canvas');
    canvas.width = source.videoWidth;
    canvas.height = source.videoHeight;
    canvas.getContext('2d')?.drawImage(source, 0, 0);
    canvas.toBlob(
      (blob) => {
        if (!blob) return;
        close();
        onShot(new File([blob], 'photo.jpg', { type: 'image/jpeg' }));
      },
      'image/jpeg',
      0.92,
    );
  };
  return (
    <Dialog
      title={t('attach.camera')}
      close={close}
      foot={
        <button type="button" class="button main" disabled={!ready} onClick={shoot}>
          {t('camera.shoot')}
        </button>
      }
    >
      <video ref={video} class="camera-view" muted playsInline autoPlay />
    </Dialog>
  );
}

/** Shows the camera in a `video` for as long as the component lives. */
export function useCamera(video: { current: HTMLVideoElement | null }, facing: 'user' | 'environment', ready: () => void, failed: (why: string) => void) {
  useEffect(() => {
    let stream: MediaStream | null = null;
    let gone = false;
    navigator.mediaDevices.getUserMedia({ video: { facingMode: facing, width: { ideal: 1920 } } }).then(
      (found) => {
        stream = found;
        if (gone || !video.current) {
          for (const track of found.getTracks()) track.stop();
          return;
        }
        video.current.srcObject = found;
        void video.current.play().then(ready, () => {});
      },
      (error: DOMException) => failed(t(error.name === 'NotAllowedError' ? 'camera.denied' : 'camera.none')),
    );
    return () => {
      gone = true;
      for (const track of stream?.getTracks() ?? []) track.stop();
    };
  }, []);
}
