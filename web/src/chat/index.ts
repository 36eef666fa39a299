// The door of `chat`: the UI imports from here and from nowhere deeper.
export * from './api';
export * from './model';
