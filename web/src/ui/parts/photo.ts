import { KithError } from '../../chat';
import { run } from './toast';

const SIDE_PIXELS = 512;

/** Lets the person choose a picture, cuts a square out of its middle, and hands it on as a JPEG without its metadata. */
export function choosePhoto(use: (photo: Blob) => Promise<unknown>): void {
  const input = document.createElement('input');
  input.type = 'file';
  input.accept = 'image/*';
  input.addEventListener('change', () => {
    const file = input.files?.[0];
    if (file) run(square(file).then(use));
  });
  input.click();
}

export async function square(file: Blob, side = SIDE_PIXELS): Promise<Blob> {
  const picture = await createImageBitmap(file).catch(() => {
    throw new KithError({ code: 'unsupported' });
  });
  const edge = Math.min(picture.width, picture.height);
  const canvas = new OffscreenCanvas(side, side);
  const pen = canvas.getContext('2d');
  if (!pen) throw new KithError({ code: 'unsupported' });
  pen.drawImage(picture, (picture.width - edge) / 2, (picture.height - edge) / 2, edge, edge, 0, 0, side, side);
  picture.close();
  return canvas.convertToBlob({ type: 'image/jpeg', quality: 0.86 });
}
