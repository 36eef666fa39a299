import { Mic, Pause, SendHorizontal, Trash2 } from 'lucide';
import { useEffect, useRef, useState } from 'preact/hooks';
import { type Address, KithError } from '../../chat';
import { t } from '../i18n';
import { clock } from '../i18n/when';
import { kith } from '../kith';
import { Icon } from '../parts/icon';
import { run, say, sayFailure } from '../parts/toast';
import { asOgg } from './ogg';

const LONGEST_SECONDS = 900;
const BARS = 64;
/** Opus before AAC; from WebM it goes into Ogg, which all apps take. */
const TYPES = ['audio/ogg;codecs=opus', 'audio/webm;codecs=opus', 'audio/mp4;codecs=mp4a.40.2', 'audio/mp4'];

/** Records a voice note: pause and go on, throw away, or send. What is recorded leaves only when one sends it. */
export function Recorder({ chat, close }: { chat: Address; close: () => void }) {
  const [seconds, setSeconds] = useState(0);
  const [paused, setPaused] = useState(false);
  const [levels, setLevels] = useState<readonly number[]>([]);
  const work = useRef<Recording | null>(null);

  useEffect(() => {
    let gone = false;
    Recording.start().then(
      (recording) => {
        if (gone) recording.stop();
        else work.current = recording;
      },
      (error: DOMException) => {
        if (error.name === 'NotAllowedError') say(t('voice.denied'));
        else say(t('voice.noMicrophone'));
        close();
      },
    );
    const timer = setInterval(() => {
      const recording = work.current;
      if (!recording) return;
      recording.measure();
      setSeconds(recording.seconds());
      setLevels(recording.levels.slice(-BARS));
      kith.chats.typing(chat, 'voice');
      if (recording.seconds() > LONGEST_SECONDS) recording.pause();
    }, 100);
    return () => {
      gone = true;
      clearInterval(timer);
      work.current?.stop();
      kith.chats.typing(chat, 'nothing');
    };
  }, []);

  const send = async () => {
    const recording = work.current;
    if (!recording) return;
    try {
      const file = await asOgg(await recording.finish());
      work.current = null;
      close();
      run(
        kith.messages.sendFiles(chat, [
          { file, name: `voice.${file.type.includes('mp4') ? 'm4a' : file.type.includes('ogg') ? 'ogg' : 'webm'}`, kind: 'voice', durationMillis: Math.round(recording.seconds() * 1000), waveform: recording.waveform() },
        ]),
      );
    } catch (error) {
      sayFailure(error);
    }
  };

  return (
    <div class="recorder" role="group" aria-label={t('voice.recording')} onKeyDown={(event) => event.key === 'Escape' && (event.stopPropagation(), close())}>
      <div class="write">
        <button type="button" class="round" aria-label={t('voice.discard')} title={t('voice.discard')} onClick={close}>
          <Icon of={Trash2} />
        </button>
        <span class={`live ${paused ? '' : 'on'}`} aria-hidden="true" />
        <span class="time" role="timer">
          {clock(seconds)}
        </span>
        <svg class="levels" viewBox={`0 0 ${BARS * 4} 32`} preserveAspectRatio="none" aria-hidden="true">
          {levels.map((level, index) => (
            <rect key={index} x={(BARS - levels.length + index) * 4} y={16 - level * 0.15} width="2.400" height={Math.max(2, level * 0.3)} rx="1.200" />
          ))}
        </svg>
        <button
          type="button"
          class="round"
          aria-label={t(paused ? 'voice.resume' : 'voice.pauseRecording')}
          onClick={() => {
            if (paused) work.current?.resume();
            else work.current?.pause();
            setPaused(!paused);
          }}
        >
          <Icon of={paused ? Mic : Pause} />
        </button>
        <button type="button" class="round main" aria-label={t('do.send')} onClick={() => void send()}>
          <Icon of={SendHorizontal} turns />
        </button>
      </div>
    </div>
  );
}

/** A microphone that is being listened to: the file that grows, and how loud it was, ten times a second. */
class Recording {
  readonly levels: number[] = [];
  private readonly parts: Blob[] = [];
  private begun = performance.now();
  private before = 0;

  private constructor(
    private readonly stream: MediaStream,
    private readonly recorder: MediaRecorder,
    private readonly context: AudioContext,
    private readonly meter: AnalyserNode,
  ) {
    recorder.addEventListener('dataavailable', (event) => this.parts.push(event.data));
    recorder.start(1000);
  }

  static async start(): Promise<Recording> {
    const stream = await navigator.mediaDevices.getUserMedia({ audio: { echoCancellation: true, noiseSuppression: true, channelCount: 1 } });
    const mimeType = TYPES.find((type) => MediaRecorder.isTypeSupported(type));
    const recorder = new MediaRecorder(stream, { audioBitsPerSecond: 24_000, ...(mimeType && { mimeType }) });
    const context = new AudioContext();
    const meter = context.createAnalyser();
    meter.fftSize = 1024;
    context.createMediaStreamSource(stream).connect(meter);
    return new Recording(stream, recorder, context, meter);
  }

  seconds(): number {
    return (this.before + (this.recorder.state === 'recording' ? performance.now() - this.begun : 0)) / 1000;
  }

  measure(): void {
    if (this.recorder.state !== 'recording') return;
    const samples = new Float32Array(this.meter.fftSize);
    this.meter.getFloatTimeDomainData(samples);
    const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
    this.levels.push(Math.min(100, Math.round(Math.sqrt(power) * 350)));
  }

  pause(): void {
    if (this.recorder.state !== 'recording') return;
    this.before += performance.now() - this.begun;
    this.recorder.pause();
  }

  resume(): void {
    if (this.recorder.state !== 'paused') return;
    this.begun = performance.now();
    this.recorder.resume();
  }

  /** 64 values, each the loudest of its part. */
  waveform(): number[] {
    const count = Math.min(BARS, this.levels.length);
    return Array.from({ length: count }, (_, index) => {
      const from = Math.floor((index * this.levels.length) / count);
      const to = Math.max(from + 1, Math.floor(((index + 1) * this.levels.length) / count));
      return Math.max(...this.levels.slice(from, to));
    });
  }

  finish(): Promise<Blob> {
    return new Promise((resolve, reject) => {
      this.pause();
      this.recorder.addEventListener('stop', () => {
        const type = this.recorder.mimeType || 'audio/webm';
        this.release();
        if (this.parts.length) resolve(new Blob(this.parts, { type }));
        else reject(new KithError({ code: 'other' }));
      });
      this.recorder.stop();
    });
  }

  stop(): void {
    if (this.recorder.state !== 'inactive') this.recorder.stop();
    this.release();
  }

  private release(): void {
    for (const track of this.stream.getTracks()) track.stop();
    if (this.context.state !== 'closed') void this.context.close();
  }
}
