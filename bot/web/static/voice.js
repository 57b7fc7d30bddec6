// What somebody says instead of writing it: recorded here, listened to before it goes, and sent like a photo.

const LONGEST = 180000;  // milliseconds
const BITS = 24000;      // a second: speech needs no more, and the network is slow
const TYPES = { 'audio/webm': 'webm', 'audio/mp4': 'm4a' };  // Safari knows only the second

const type = () => Object.keys(TYPES).find((one) => MediaRecorder.isTypeSupported(one));

/** Whether this browser can record at all: it needs https, or the page of this very machine. */
export const records = () => Boolean(navigator.mediaDevices?.getUserMedia && window.MediaRecorder && type());

/** Begins to record; `done(blob, name)` hears the end. Returns what ends it; raises when the microphone is refused. */
export async function record(done) {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
  const recorder = new MediaRecorder(stream, { mimeType: type(), audioBitsPerSecond: BITS });
  const parts = [];
  const timer = setTimeout(() => recorder.stop(), LONGEST);
  recorder.ondataavailable = ({ data }) => data.size && parts.push(data);
  recorder.onstop = () => {
    clearTimeout(timer);
    stream.getTracks().forEach((track) => track.stop());
    const kind = recorder.mimeType.split(';')[0];
    done(new Blob(parts, { type: kind }), `voice.${TYPES[kind] || 'webm'}`);
  };
  recorder.start();
  return () => recorder.state === 'recording' && recorder.stop();
}
