import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ArtifactReference } from '../artifacts/reference.ts';
import { buildProfiles } from '../balancing/profiles.ts';
import { readPages, writePages } from '../corpus/formats.ts';
import { prepareCorpus } from '../corpus/prepare.ts';
import type { RunSettings } from '../settings/settings.ts';
import { classSlug } from './class-slug.ts';
import type { Stage } from './stage.ts';

export type PrepareParameters = { sources: ArtifactReference[] } & Pick<
  RunSettings,
  'columns' | 'cleaning' | 'language' | 'classes' | 'split'
>;
