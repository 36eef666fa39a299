// A terminal of its own (tmux) for programs that draw on one, such as profanity.

import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from './stage.mjs';

/** Whether Debian's profanity and tmux are here to play along. */
export const hasProfanity = () => ['tmux', 'profanity'].every((each) => spawnSync('sh', ['-c', `command -v ${each}`]).status === 0);

export class Terminal {
  home = mkdtempSync(join(tmpdir(), 'kith-terminal-'));

  tmux(...args) {
    return execFileSync('tmux', ['-S', join(this.home, 'socket'), ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  }

  runs(program) {
    this.tmux('-f', '/dev/null', 'new-session', '-d', '-x', '160', '-y', '60', '-s', 'play', `env HOME=${this.home} TERM=screen ${program}`);
  }

  types(line) {
    this.tmux('send-keys', '-t', 'play', '-l', line);
    this.tmux('send-keys', '-t', 'play', 'Enter');
  }

  /** Waits until the screen, or what has scrolled off it, shows the text. */
  shows(text) {
    return until(`the terminal shows ${text}`, () => this.tmux('capture-pane', '-p', '-t', 'play', '-S', '-200').includes(text));
  }

  async close() {
    try {
      this.tmux('kill-server');
    } catch { /* the program has ended, and tmux with it */ }
    rmSync(this.home, { recursive: true, force: true });
  }
}
