/** A picture behind a link, made small enough to travel in the message. */
export interface Small {
  readonly image: string;
  readonly width: number;
  readonly height: number;
}

/** Of the `data:` URL. */
const MOST_CHARS = 14_000;
/** Tried in this order, until it is small enough. */
const TRIES = [[320, 0.66], [320, 0.45], [240, 0.5], [160, 0.5]] as const;
const SIGN_PIXELS = 96;
/** What is smaller is a sign of the page (its icon), not what it shows. */
const SHOWN_FROM = { width: 240, height: 120 };
const WIDEST = 2.1;
const TALLEST = 1.25;

export async function small(picture: Blob): Promise<Small | undefined> {
  const bitmap = await createImageBitmap(picture);
  try {
    const sign = bitmap.width < SHOWN_FROM.width || bitmap.height < SHOWN_FROM.height;
    const ratio = sign ? bitmap.width / bitmap.height : Math.min(WIDEST, Math.max(TALLEST, bitmap.width / bitmap.height));
    // What of it is shown: as much of its middle as the ratio leaves.
    const width = Math.min(bitmap.width, bitmap.height * ratio);
    const height = Math.min(bitmap.height, bitmap.width / ratio);
    for (const [pixels, quality] of TRIES) {
      const scale = Math.min(1, (sign ? SIGN_PIXELS : pixels) / Math.max(width, height));
      const canvas = document.createElement('canvas');
      canvas.width = Math.max(1, Math.round(width * scale));
      canvas.height = Math.max(1, Math.round(height * scale));
      const pen = canvas.getContext('2d');
      if (!pen) return undefined;
      // JPEG knows no transparency: what was seen through is white, as on most pages.
      pen.fillStyle = '#fff';
      pen.fillRect(0, 0, canvas.width, canvas.height);
      pen.drawImage(bitmap, (bitmap.width - width) / 2, (bitmap.height - height) / 2, width, height, 0, 0, canvas.width, canvas.height);
      const image = canvas.toDataURL('image/jpeg', quality);
      if (image.length <= MOST_CHARS) return { image, width: canvas.width, height: canvas.height };
    }
    return undefined;
  } finally {
    bitmap.close();
  }
}
