import type { Settings } from "../../config/schema.ts";

/** The ways that notifications take. */
export const CHANNELS = ["desktop", "email", "webhook", "ntfy", "ping"] as const;

/** One of {@link CHANNELS}. */
export type Channel = (typeof CHANNELS)[number];

/** What has to be set before a channel is one, for messages. */
export const NEEDED: Readonly<Record<Channel, string>> = {
  desktop: '"notify.desktop.on"',
  email: '"notify.email.host" and "notify.email.to"',
  webhook: '"notify.webhook.url"',
  ntfy: '"notify.ntfy.url"',
  ping: '"notify.ping.url"',
};

/** The channels that are configured. */
export function channelsOf(settings: Settings): Channel[] {
  const isConfigured: Readonly<Record<Channel, boolean>> = {
    desktop: settings["notify.desktop.on"].length > 0,
    email: settings["notify.email.host"] !== undefined && settings["notify.email.to"].length > 0,
    webhook: settings["notify.webhook.url"] !== undefined,
    ntfy: settings["notify.ntfy.url"] !== undefined,
    ping: settings["notify.ping.url"] !== undefined,
  };
  return CHANNELS.filter((channel) => isConfigured[channel]);
}

/** Whether there is anybody to notify; without, nothing else of this directory is loaded. */
export function hasChannels(settings: Settings): boolean {
  return channelsOf(settings).length > 0;
}
