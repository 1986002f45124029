export interface StartOptions {
  /** Settings of the manual by their names: `{ consent_hold: '300ms' }`. */
  settings?: Record<string, string | number | boolean>
  /** The data folder; a fresh one, taken away at the end, unless named. */
  data?: string
  /** Where the API listens; a free port unless named. */
  listen?: string
  /** Another binary than that of the package. */
  binary?: string
}

export interface ConnectOptions {
  url: string
  /** A project of its own, made when it is first used: small letters, digits, `-` and `_`. */
  name?: string
  clientKey?: string
  secretKey?: string
}

export interface Which {
  receiptId?: string
  subscriptionId?: string
  /** How long to wait for a call that rings, in milliseconds; 4,000 unless said. */
  timeout?: number
}

export interface Call {
  receipt_id: string
  subscription_id: string
  order_name: string
  /** Masked. */
  username: string
  /** Masked. */
  phone: string
  auth_type: 'ARS' | '간편인증'
  state: string
  rung: number
  says: { ko: string; en: string }
}

export interface Fault {
  id: number
  on: string
  kind: string
  times: number
}

export interface Webhook {
  webhook_type: string
  receipt_id: string
  order_id?: string
  sequence: number
  /** With the signature. */
  headers: Record<string, string>
  /** Byte for byte what is signed. */
  body: string
  /** The body, read; absent where it is a form. */
  json?: Record<string, unknown>
}

export interface Sandbox extends AsyncDisposable {
  readonly url: string
  /** For the SDK: `url` and `/v2`. */
  readonly entrypoint: string
  readonly adminUrl?: string
  readonly consoleUrl?: string
  readonly clientKey: string
  readonly secretKey: string
  readonly applicationId?: string
  readonly privateKey?: string
  readonly webhookSecret: string
  readonly authorization: string
  request(method: string, path: string, body?: unknown): Promise<any>
  readonly phone: {
    byHand(): Promise<unknown>
    byNumber(): Promise<unknown>
    ringing(): Promise<Call[]>
    agree(which?: Which): Promise<Call>
    refuse(which?: Which): Promise<Call>
    hangUp(which?: Which): Promise<Call>
    wrongKey(which?: Which): Promise<Call>
  }
  readonly clock: {
    now(): Promise<Date>
    /** `30d`, `1mo`, `12h`, `10s` */
    advance(by: string): Promise<{ now: string; ahead_ms: number; steps: number }>
  }
  readonly faults: {
    next(kind: string, options?: { on?: string; times?: number; slow_ms?: number; for_ms?: number }): Promise<{ faults: Fault[] }>
    waiting(): Promise<Fault[]>
    clear(): Promise<unknown>
  }
  readonly webhooks: {
    listen(): Promise<void>
    next(type?: string, options?: { timeout?: number }): Promise<Webhook>
    take(): Webhook[]
    close(): void
  }
  stop(): Promise<void>
}

export declare class SandboxError extends Error {
  readonly status: number
  readonly errorCode?: string
  readonly body: any
}

/** Where the binary for this machine is. */
export declare function binaryPath(): string
/** Starts a sandbox of its own; ends with `stop()`, and with this process. */
export declare function start(options?: StartOptions): Promise<Sandbox>
/** A sandbox that runs already. */
export declare function connect(options: ConnectOptions): Promise<Sandbox>
