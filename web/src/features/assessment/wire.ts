/** What the API sends and takes here, by the names of its document. */
import type { components } from '../../api/schema';

type Schemas = components['schemas'];

export type RunSummary = Schemas['RunSummary'];
export type RunBody = Schemas['RunBody'];
export type NamedPart = Schemas['NamedPart'];
export type InstitutionScore = Schemas['InstitutionScore'];
export type ObjectionBody = Schemas['ObjectionBody'];
export type AdjustmentBody = Schemas['AdjustmentBody'];
export type RunActionBody = Schemas['RunActionBody'];
export type LineBody = Schemas['LineBody'];
export type SchemeBody = Schemas['SchemeBody'];
export type ParameterBody = Schemas['ParameterBody'];
export type NewRunBody = Schemas['NewRunBody'];
export type InstitutionBody = Schemas['InstitutionBody'];
export type ScoredItem = Schemas['ScoredItem'];
export type ItemBody = Schemas['ItemBody'];
export type ItemPhase = Schemas['ItemPhase'];
export type ItemIndicator = Schemas['ItemIndicator'];
export type ItemRecord = Schemas['ItemRecord'];
export type ItemSubmission = Schemas['ItemSubmission'];
export type NewObjectionBody = Schemas['NewObjectionBody'];
export type ReplyBody = Schemas['ReplyBody'];
export type NewAdjustmentBody = Schemas['NewAdjustmentBody'];
export type VerdictBody = Schemas['VerdictBody'];
export type PublishBody = Schemas['PublishBody'];
export type ProofBody = Schemas['ProofBody'];
export type IndexBody = Schemas['IndexBody'];
export type IndexClass = Schemas['IndexClass'];
export type IndexStanding = Schemas['IndexStanding'];
export type IndexShift = Schemas['IndexShift'];

/** A run in a list. */

/** A run with what the caller may see of it. */

/** Something of a scheme with its title. */

/** How an institution came off. */

/** An objection with its reply. */

/** A change of a value or of points. */

/** Something that happened to a run. */

/** A line of an explanation. */

/** A scheme or an index. */

/** A value that may be set. */

/** What shall be assessed. */

/** How an institution came to its score. */

/** An item in a phase. */

/** How an item came to its points, phase by phase. */

/** An item in a phase. */

/** The definition of an indicator. */

/** A record behind a value, without direct identifiers. */

/** An approved submission behind a value. */

/** What an institution objects to. */

/** A reply to an objection. */

/** A change that somebody proposes. */

/** A decision about a change. */

/** Making a run final. */

/** What computing a run anew shows. */

/** An index over institutions. */

/** The index of a class. */

/** An institution in the index. */

/** What a shifted weight does. */
