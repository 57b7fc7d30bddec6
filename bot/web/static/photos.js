// Photos are made small on the phone: the network is slow, and where they were taken is nobody's business. A spreadsheet
// goes as it is.

const LONGEST_SIDE = 1600;  // pixels
const QUALITY = 0.85;
const STALLED = 120000;     // milliseconds for one photo

/** A JPEG without EXIF or GPS; the file itself where this browser cannot read it; null where it is no picture. */
export async function shrink(file) {
  const image = new Image();
  image.src = URL.createObjectURL(file);
  try {
    await image.decode();
    const { naturalWidth: width, naturalHeight: height } = image;
    const scale = Math.min(1, LONGEST_SIDE / Math.max(width, height));
    const canvas = document.createElement('canvas');
    canvas.width = Math.ceil(width * scale);
    canvas.height = Math.ceil(height * scale);
    const paper = canvas.getContext('2d');
    paper.fillStyle = '#fff';  // JPEG has no transparency
    paper.fillRect(0, 0, canvas.width, canvas.height);
    paper.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((done) => canvas.toBlob(done, 'image/jpeg', QUALITY)) || file;
  } catch {
    return file.type.startsWith('image/') ? file : null;
  } finally {
    URL.revokeObjectURL(image.src);
  }
}

export const SHEETS = ['.xlsx', '.xls', '.csv'];

export const isSheet = (file) => SHEETS.some((end) => file.name.toLowerCase().endsWith(end));

/** The server's answer, {tick} or {error}; raises when none came. `progress` hears numbers from 0 to 1. */
export function upload(address, { id, album, caption, blob, name }, progress) {
  const body = new FormData();
  for (const [name, value] of Object.entries({ id, album, caption })) if (value) body.append(name, value);
  body.append('file', blob, name || blob.name || 'photo.jpg');
  return new Promise((done, failed) => {
    const request = new XMLHttpRequest();  // fetch cannot tell how far an upload has come
    request.open('POST', address);
    request.timeout = STALLED;
    request.responseType = 'json';
    request.upload.onprogress = ({ loaded, total }) => progress(loaded / total);
    request.onload = () => (request.response?.tick || request.response?.error ? done(request.response) : failed(request.status));
    request.onerror = request.ontimeout = failed;
    request.send(body);
  });
}
