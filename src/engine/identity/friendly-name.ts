import { randomInt } from 'node:crypto';

/** First names of new devices: two friendly words, so that no host or user name is ever announced. */

const ADJECTIVES =
  `Amber Ample Azure Bold Brave Breezy Bright Brisk Calm Candid Cheery Clever Coral Cosy Crisp Curious
Daring Dapper Eager Easy Fair Fancy Fleet Fond Gentle Glad Golden Grand Happy Hardy Hazel Honest Humble Indigo Ivory
Jolly Keen Kind Light Lively Loyal Lucky Mellow Merry Mild Misty Modest Neat Nimble Noble Olive Patient Placid Plucky
Polite Proud Quick Quiet Rapid Ready Rosy Rustic Serene Sharp Silver Simple Sleek Smooth Snowy Solid Spry Steady
Sturdy Sunny Swift Tender Tidy Tranquil Upbeat Velvet Warm Wise Witty Zesty`.split(/\s+/);

const ANIMALS =
  `Alpaca Badger Beaver Bee Beluga Bison Bluebird Buzzard Camel Canary Caribou Cat Cheetah Chinchilla
Cormorant Crane Cricket Curlew Deer Dolphin Dove Dragonfly Duck Eagle Egret Falcon Ferret Finch Firefly Fox Gazelle
Gecko Goose Grouse Gull Hamster Hare Hawk Hedgehog Heron Ibex Ibis Jackdaw Jay Kestrel Kingfisher Kite Koala Lark
Lemur Lizard Llama Lynx Magpie Mallard Manatee Marmot Marten Mole Moose Narwhal Newt Nightingale Ocelot Oriole Osprey
Otter Owl Panda Pelican Penguin Pheasant Plover Puffin Quail Rabbit Raven Robin Salmon Seal Sparrow Squirrel Stork
Swallow Swan Tapir Tern Toucan Turtle Vole Wagtail Walrus Wombat Woodpecker Wren Yak Zebra`.split(/\s+/);

/** A random name such as "Calm Otter", one of over 8,000. */
export function createFriendlyName(): string {
  const adjective = ADJECTIVES[randomInt(ADJECTIVES.length)];
  const animal = ANIMALS[randomInt(ANIMALS.length)];
  return `${adjective} ${animal}`;
}

/** How many names there are; a test holds it above 60 × 60. */
export const FRIENDLY_NAME_COUNT = new Set(ADJECTIVES).size * new Set(ANIMALS).size;
