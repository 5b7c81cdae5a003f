import { TestBed } from '@angular/core/testing';
import type { UploadEvents } from '../transport/upload';
import { FileUpload, START_UPLOAD } from './file-upload';

const FILE = new File(['a,b'], 'trips.csv');

describe('FileUpload', () => {
  let upload: FileUpload;
  let events: UploadEvents;
  let finish: (id: string) => void;
  let fail: (error: Error) => void;
  let cancelled: number;

  /** Another page load: the same browser, nothing running. */
  function open() {
    TestBed.resetTestingModule();
    TestBed.configureTestingModule({
      providers: [
        {
          provide: START_UPLOAD,
          useValue: async (_file: File, told: UploadEvents) => {
            events = told;
            const done = new Promise<string>((resolve, reject) => {
              finish = resolve;
              fail = reject;
            });
            return {
              done,
              pause: async () => undefined,
              resume: () => undefined,
              cancel: async () => void cancelled++,
            };
          },
        },
      ],
    });
    upload = TestBed.inject(FileUpload);
  }

  beforeEach(() => {
    localStorage.clear();
    cancelled = 0;
    open();
  });

  it('waits to be told what to do with a file that was sent', async () => {
    const started = upload.start(FILE);
    events.began('u1');
    expect(upload.begun()).toBe('u1');
    await Promise.resolve();
    finish('u1');
    await started;
    expect(upload.phase()).toBe('sent');
    expect(upload.id()).toBe('u1');
  });

  it('leaves a file to the session that waits for it', async () => {
    const started = upload.start(FILE);
    events.began('u1');
    upload.awaitedBy('s1');
    await Promise.resolve();
    finish('u1');
    await started;
    expect(upload.phase()).toBe('none');
    expect(upload.session()).toBeNull();
  });

  it('knows the session again when the same file is sent on after a reload', async () => {
    void upload.start(FILE);
    events.began('u1');
    upload.awaitedBy('s1');
    open();
    const started = upload.start(FILE);
    expect(upload.session()).toBeNull();
    events.began('u1');
    expect(upload.session()).toBe('s1');
    await Promise.resolve();
    finish('u1');
    await started;
    open();
    void upload.start(FILE);
    events.began('u1');
    expect(upload.session()).toBeNull();
  });

  it('tries again for the same session', async () => {
    const started = upload.start(FILE);
    events.began('u1');
    upload.awaitedBy('s1');
    await Promise.resolve();
    fail(new Error('The line is down.'));
    await started;
    expect(upload.phase()).toBe('failed');
    expect(upload.session()).toBe('s1');
    upload.resume();
    events.began('u1');
    expect(upload.session()).toBe('s1');
  });

  it('asks before the window is closed while a session waits', () => {
    void upload.start(FILE);
    events.began('u1');
    const closing = () => {
      const event = new Event('beforeunload', { cancelable: true });
      dispatchEvent(event);
      return event.defaultPrevented;
    };
    expect(closing()).toBe(false);
    upload.awaitedBy('s1');
    expect(closing()).toBe(true);
  });

  it('forgets a session whose upload is cancelled', async () => {
    void upload.start(FILE);
    events.began('u1');
    upload.awaitedBy('s1');
    await Promise.resolve();
    await upload.cancel();
    expect(cancelled).toBe(1);
    expect(upload.session()).toBeNull();
  });
});
