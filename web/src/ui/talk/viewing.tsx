import type { Message, Photo } from '../../chat';
import { show } from '../parts/dialog';
import { later } from '../parts/later';

const Viewer = later(async () => (await import('./viewer')).Viewer);
const PhotoViewer = later(async () => (await import('./viewer')).PhotoViewer);

/** Shows a picture or a film in full, with the others of the chat beside it. */
export function openViewer(message: Message): void {
  show((close) => <Viewer message={message} close={close} />);
}

/** Shows somebody's photo in full. */
export function openPhoto(photo: Photo): void {
  show((close) => <PhotoViewer photo={photo} close={close} />);
}
