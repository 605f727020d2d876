"""The mutants: a file, a text that stands in it exactly once, and what stands there instead.

Each makes the code wrong in a way that a person would have to care about; the tests of the file have to fail. A text
that is no longer there, or stands there twice, is reported as *stale*: the line has moved, and the row with it.
"""

from dataclasses import dataclass

STORE = "shared/store/"
TRAINER = "services/trainer/"
NETWORKS = TRAINER + "networks/"
TESTS_OF = {
    STORE + "base_repository.py": ("integration/store/test_items.py", "integration/store/test_models.py"),
    STORE + "jobs/items.py": ("integration/store/test_items.py", "integration/store/test_merges.py"),
    STORE + "jobs/leases.py": ("integration/store/test_jobs.py",),
    STORE + "jobs/repository.py": ("integration/store/test_jobs.py", "integration/store/test_items.py"),
    STORE + "tracks/merges.py": ("integration/store/test_merges.py", "integration/store/test_duplicates.py"),
    STORE + "tracks/duplicates.py": ("integration/store/test_duplicates.py", "integration/store/test_merges.py"),
    STORE + "tracks/annotations.py": ("integration/store/test_annotations.py",),
    STORE + "tracks/names.py": ("integration/store/test_given_names.py",),
    STORE + "tracks/standing_annotations.py": ("api/tracks/test_annotations.py",),
    STORE + "tracks/withdrawals.py": ("integration/crawler/test_withdrawing.py",),
    STORE + "models/repository.py": ("integration/store/test_models.py",),
    STORE + "models/scores.py": ("integration/store/test_scores.py", "integration/store/test_tallies.py"),
    STORE + "models/snapshots.py": ("integration/store/test_training_sets.py", "integration/store/test_merges.py"),
    TRAINER + "heads/tags.py": (
        "unit/trainer/test_tags.py::test_the_answers_and_thresholds_of_a_fold_are_the_same_whatever_its_own_tags_are",
        "unit/trainer/test_tags.py::test_thresholds_are_those_that_are_best_for_artists_that_the_model_has_not_seen",
        "unit/trainer/test_tags.py::test_a_tag_is_chosen_by_the_threshold_of_its_fold_and_not_by_the_one_that_is_published",
        "unit/trainer/test_network_heads.py::test_a_fold_is_answered_by_networks_and_thresholds_that_saw_none_of_its_tags",
    ),
    TRAINER + "fitting/fit_plan.py": (
        "unit/trainer/test_composing.py::test_class_weights_are_tuned_on_answers_about_artists_that_the_classifier_did_not_see",
    ),
    TRAINER + "estimators/composition.py": (
        "unit/trainer/test_composing.py::test_the_last_estimator_of_a_stack_is_fitted_to_answers_about_artists_that_the_members_did_not_see",
    ),
    TRAINER + "model_selection/cross_prediction.py": (
        "unit/trainer/test_composing.py::test_inner_answers_about_a_row_come_from_a_classifier_that_saw_no_track_of_its_artist",
    ),
    TRAINER + "dataset/snapshot.py": ("integration/store/test_training_sets.py",),
    NETWORKS + "network.py": (
        "unit/trainer/test_networks.py::test_early_stopping_is_decided_by_artists_that_the_network_does_not_learn_from",
        "unit/trainer/test_networks.py::test_a_network_is_scaled_by_the_rows_that_it_learns_from_alone",
    ),
    NETWORKS + "training_loop.py": (
        "unit/trainer/test_networks.py::test_what_is_published_is_the_best_epoch_and_not_the_last",
    ),
}
"""The tests that guard a file, the nearest first, below `tests/`: whole files, or of slow ones the tests concerned."""


@dataclass(frozen=True, kw_only=True)
class Mutant:
    """One change that makes the code wrong."""

    file: str
    text: str
    mutated: str


def _mutants(file: str, *changes: tuple[str, str]) -> list[Mutant]:
    return [Mutant(file=file, text=text, mutated=mutated) for text, mutated in changes]


MUTANTS = [
    *_mutants(
        STORE + "jobs/items.py",
        ("JobItem.stage == stage,\n                or_(", "or_("),
        ("(JobItem.state == ItemState.QUEUED) & _is_awake(),", "(JobItem.state == ItemState.QUEUED),"),
        (
            "(JobItem.state == ItemState.RUNNING) & (JobItem.lease_until < func.now()),",
            "JobItem.state == ItemState.RUNNING,",
        ),
        ("attempts=JobItem.attempts + 1, lease_token", "attempts=JobItem.attempts, lease_token"),
        (
            "lease_until=func.now() + timedelta(seconds=lease_s),\n            )",
            "lease_until=func.now(),\n            )",
        ),
        (".where(Job.id.in_(jobs), Job.state == JobState.QUEUED)", ".where(Job.id.in_(jobs))"),
        (
            ".where(JobItem.lease_token == token, JobItem.state == ItemState.RUNNING)\n            .values(lease_until",
            ".where(JobItem.state == ItemState.RUNNING)\n            .values(lease_until",
        ),
        (
            "JobItem.job_id).where(JobItem.lease_token == token, JobItem.state == ItemState.RUNNING)",
            "JobItem.job_id).where(JobItem.state == ItemState.RUNNING)",
        ),
        ("for outcome in outcomes if outcome.item_id in held]", "for outcome in outcomes]"),
        ('"attempts": 0, "finished_at": None}', '"finished_at": None}'),
        ("JobItem.attempts if counts else", "JobItem.attempts if not counts else"),
        (
            ".values(lease_token=None, lease_until=None, **values)\n                .execution",
            ".values(**values)\n                .execution",
        ),
        ("complete_jobs(held.values())\n        return going_on", "complete_jobs([])\n        return going_on"),
        ("complete_jobs(held.values())\n        return again", "complete_jobs([])\n        return again"),
        ("JobItem.lease_until < func.now(), JobItem.stage", "JobItem.stage"),
        (", JobItem.stage != Stage.TRAIN\n", "\n"),
        ('Job.state.in_(("queued", "running")),\n', ""),
        ("JobItem.dispatched_at < func.now() - timedelta(seconds=grace_s)", "JobItem.dispatched_at <= func.now()"),
        (
            "JobItem.wake_at <= func.now())\n            .order_by",
            "JobItem.wake_at.is_not(None))\n            .order_by",
        ),
        (".where(JobItem.job_id == job_id, JobItem.state == ItemState.FAILED)", ".where(JobItem.job_id == job_id)"),
        ("row.attempts < max_attempts", "row.attempts <= max_attempts"),
        ("Track.survivor_id == track_id, JobItem", "Track.id == track_id, JobItem"),
    ),
    *_mutants(
        STORE + "base_repository.py",
        (
            "query if after is None else query.where(key > after)",
            "query if after is None else query.where(key >= after)",
        ),
        ("query if before is None else query.where(key < before)", "query.where(key <= before)"),
    ),
    *_mutants(
        STORE + "jobs/leases.py",
        (
            "Job.state.in_(OPEN_JOBS), _is_unleased(Job.lease_until), _is_awake())",
            "_is_unleased(Job.lease_until), _is_awake())",
        ),
        ("_is_unleased(Job.lease_until), _is_awake())", "_is_awake())"),
        ("_is_unleased(Job.lease_until), _is_awake())", "_is_unleased(Job.lease_until))"),
        ("attempts=Job.attempts + 1, started_at", "attempts=Job.attempts, started_at"),
        (
            ".where(Job.lease_token == token, Job.state == JobState.RUNNING)\n            .values(lease_until",
            ".where(Job.state == JobState.RUNNING)\n            .values(lease_until",
        ),
        (
            ".where(Job.lease_token == token, Job.state == JobState.RUNNING)\n                .values(cursor",
            ".where(Job.state == JobState.RUNNING)\n                .values(cursor",
        ),
        (
            "attempts=Job.attempts if counts_as_attempt else func.greatest(Job.attempts - 1, 0),",
            "attempts=Job.attempts,",
        ),
        (
            "JobRepository(self._session).complete_jobs([job_id])\n\n    def end_training(",
            "pass\n\n    def end_training(",
        ),
        ("JobRepository(self._session).complete_jobs([job_id])\n\n    def list_lost(", "pass\n\n    def list_lost("),
        ("lease_until=None, dispatched_at=None, detail=error", "lease_until=None, detail=error"),
        ("~Job.listed, _is_awake(), or_(never_taken, abandoned)", "~Job.listed, or_(never_taken, abandoned)"),
        ("or_(never_taken, abandoned)", "never_taken"),
        ("Job.dispatched_at < _from_now(-grace_s)", "Job.dispatched_at <= func.now()"),
    ),
    *_mutants(
        STORE + "jobs/repository.py",
        ("if (job.kind, job.params) != (kind.value, params):", "if False:"),
        ("min(wakes)", "max(wakes)"),
        ("Job.listed, ~is_open, Job.lease_token.is_(None))", "Job.listed, Job.lease_token.is_(None))"),
        (
            "Job.state.in_(OPEN_JOBS), Job.listed, ~is_open, Job.lease_token",
            "Job.state.in_(OPEN_JOBS), ~is_open, Job.lease_token",
        ),
        (
            "state=case((Job.reason.is_(None), JobState.DONE.value), else_=JobState.FAILED.value),",
            "state=JobState.DONE,",
        ),
        (
            ".where(JobItem.job_id == job_id, JobItem.state.in_(OPEN_ITEMS))\n            .values(\n                state=ItemState.SKIPPED",
            ".where(JobItem.job_id == job_id)\n            .values(\n                state=ItemState.SKIPPED",
        ),
        (
            ".where(JobItem.job_id == job_id, JobItem.state.in_(OPEN_ITEMS))\n            .values(\n                state=ItemState.FAILED",
            ".where(JobItem.job_id == job_id)\n            .values(\n                state=ItemState.FAILED",
        ),
        ("JobItem.reason.is_not(None), JobItem.state.not_in(OPEN_ITEMS))", "JobItem.reason.is_not(None))"),
        ("listed=not as_a_whole", "listed=as_a_whole"),
        (", ~is_open, Job.lease_token.is_(None))", ", ~is_open)"),
        ('on_conflict_do_nothing(index_elements=["job_id", "key"])', 'on_conflict_do_nothing(index_elements=["id"])'),
    ),
    *_mutants(
        STORE + "tracks/merges.py",
        ("len(ends) == 1 or tracks[pair.one].synthetic != tracks[pair.other].synthetic", "len(ends) == 1"),
        ("pair.reason is not MergeReason.PERSON and forest.are_parted(ends, parted)", "False"),
        (
            "pair.reason is not MergeReason.PERSON and forest.are_parted(ends, parted)",
            "forest.are_parted(ends, parted)",
        ),
        ("reversed(ends) if keep == ends[1] else ends", "ends"),
        ("merge is None or merge.undone_at is not None", "merge is None"),
        ("TrackMerge.to_id == merge.from_id, TrackMerge.undone_at.is_(None))", "TrackMerge.to_id == merge.from_id)"),
        ("        self._forget_predictions([merge.from_id])\n", ""),
        ("        self._forget_predictions({track_id for pair in moved for track_id in pair})\n", ""),
        ("for whose in (Track.merged_into, Track.id):", "for whose in (Track.id,):"),
        ("Track.survivor_id.in_(by_survivor), TrackMerge.undone_at.is_(None))", "Track.survivor_id.in_(by_survivor))"),
        ('Duplicate.other_id == ends[1], Duplicate.state != "dismissed")', "Duplicate.other_id == ends[0])"),
        (".order_by(Track.merged_into.is_not(None), Track.id)", ".order_by(Track.id.desc())"),
    ),
    *_mutants(
        STORE + "tracks/duplicates.py",
        ("Track.synthetic == mine.synthetic, Track.survivor_id", "Track.survivor_id"),
        (", Track.survivor_id != mine.survivor_id\n", "\n"),
        ("and_(Track.isrc == mine.isrc, near | unknown)", "Track.isrc == mine.isrc"),
        (", func.abs(mine.duration_s - theirs.duration_s) <= close_s", ""),
        (", me.synthetic == they.synthetic,\n", ",\n"),
        ("mine.spec == spec, is_representative(theirs, specs), ", "mine.spec == spec, "),
        ("tuple(sorted((s.one, s.other)))", "(s.other, s.one)"),
        ("query = query.where(one.survivor_id != other.survivor_id)", "pass"),
        ('row is None or row.state != "open"', "row is None"),
        (".unite_pairs([pair], keep=keep)", ".unite_pairs([pair])"),
        ("tuple_(Duplicate.score, Duplicate.id) < after", "tuple_(Duplicate.score, Duplicate.id) <= after"),
    ),
    *_mutants(
        STORE + "tracks/annotations.py",
        ("                AnnotationRow.annotator_id == annotator_id,\n", ""),
        ("                AnnotationRow.taxonomy.is_not_distinct_from(taxonomy),\n", ""),
        ("            .order_by(AnnotationRow.id.desc())\n", "            .order_by(AnnotationRow.id)\n"),
        ("taxonomy = taxonomy if emotion is not None else None", "pass"),
        (
            '.where(Track.survivor_id == any_bound("track_ids"))',
            '.where(Track.id == any_bound("track_ids"))',
        ),
        (".where(is_label, is_standing())\n", ".where(is_standing())\n"),
        (".where(is_label, is_standing())\n", ".where(is_label)\n"),
        (".where(AnnotationRow.emotion.in_(emotions))", ""),
    ),
    *_mutants(
        STORE + "tracks/names.py",
        ("if collected.given_names is None:", "if False:"),
        ("if collected.given_names is None:", "if True:"),
    ),
    *_mutants(
        STORE + "tracks/standing_annotations.py",
        (" & ~is_withdrawn", ""),
        ("        later.annotator_id == annotation.annotator_id,\n", ""),
        ("        later.taxonomy.is_not_distinct_from(annotation.taxonomy),\n", ""),
        ("later.id > annotation.id", "later.id != annotation.id"),
    ),
    *_mutants(
        STORE + "tracks/withdrawals.py",
        (", ~_is_named_by(job.id)", ""),
        ("~_is_said_by(job.id), ", ""),
        (", ~Job.has_unnamed", ""),
    ),
    *_mutants(
        STORE + "models/repository.py",
        (
            "Model.taxonomy == taxonomy, Model.synthetic == synthetic)\n        )\n",
            "Model.synthetic == synthetic)\n        )\n",
        ),
        ("            Model.inputs == inputs,\n", ""),
        ("Model.inputs == inputs, Model.synthetic == synthetic,", "Model.inputs == inputs,"),
        (
            "ModelHistory.to_model_id == champion.id, ModelHistory.kind == PROMOTION)\n            .order_by",
            "ModelHistory.to_model_id == champion.id)\n            .order_by",
        ),
        ("if before is not None and before.id == model.id:", "if False:"),
        ("leads or default is None or (before is not None and default.id == before.id)", "leads or default is None"),
        ("leads or default is None or (", "default is None or ("),
    ),
    *_mutants(
        STORE + "models/scores.py",
        ("Track.id > span.after", "Track.id >= span.after"),
        ("Track.id <= span.upto", "Track.id < span.upto"),
        ("else answer + 1}", "else answer}"),
        ("if before != after]", "]"),
        ("                ~_held_by_a_person(mine.track_id, candidate.taxonomy),\n", ""),
        ("            AnnotatorRow.kind == AnnotatorKind.PERSON,\n", ""),
        ("Track.merged_into.is_(None), ~is_scored)", "~is_scored)"),
    ),
    *_mutants(
        STORE + "models/snapshots.py",
        (".where(Job.id == job_id).values(snapshot_id=snapshot.id)", ".values(snapshot_id=snapshot.id)"),
        ("        self._session.execute(update(Job)", "        (update(Job)"),
        (
            ".where(SnapshotItem.snapshot_id == snapshot_id).order_by(SnapshotItem.track_id)",
            ".order_by(SnapshotItem.track_id)",
        ),
        (".order_by(SnapshotItem.track_id)", ".order_by(SnapshotItem.track_id.desc())"),
    ),
    # What is chosen, tuned, scaled or stopped by rows that are judged or were learned from.
    *_mutants(
        TRAINER + "heads/tags.py",
        ("best_threshold(inner, rows.y > 0)", "best_threshold(classifier.predict_proba(x[test])[:, -1], y[test] > 0)"),
        ("best_threshold(inner, rows.y > 0)", "best_threshold(classifier.predict_proba(x[others])[:, -1], rows.y > 0)"),
        (
            "np.tile(joint_network.tune_thresholds(candidate, train)",
            "np.tile(joint_network.tune_thresholds(candidate, np.flatnonzero(test))",
        ),
        (
            "chosen=probabilities >= thresholds,",
            "chosen=probabilities >= list(choose_thresholds(probabilities, y, tags=of.head.outputs).values()),",
        ),
    ),
    *_mutants(
        TRAINER + "fitting/fit_plan.py",
        (
            "cross_val_predict(build, x, self.rows)[:, classifier.classes_]",
            "classifier.predict_proba(x)",
        ),
    ),
    *_mutants(
        TRAINER + "estimators/composition.py",
        (
            "cross_val_predict(build, x, self.rows)[:, np.unique(y)] for",
            "build(self.rows).fit(x, y).predict_proba(x) for",
        ),
    ),
    *_mutants(
        TRAINER + "model_selection/cross_prediction.py",
        ("in rows.grouped_splits if", "in [(np.arange(len(x)), t) for _, t in rows.grouped_splits] if"),
    ),
    *_mutants(
        NETWORKS + "network.py",
        (
            "self._evaluate_held_out(x, y, hard, held_out, weights)",
            "self._evaluate_held_out(x, y, hard, train, weights)",
        ),
        ("n_splits=_N_VALIDATION)[0]", "n_splits=_N_VALIDATION)[0][1], every[:1]"),
        ("scaling=self._fit_scaling(x, train)", "scaling=self._fit_scaling(x, np.arange(len(y)))"),
    ),
    *_mutants(
        NETWORKS + "training_loop.py",
        ("            _assign_values(self.graph.variables, state.best)\n", "            pass\n"),
    ),
    *_mutants(
        TRAINER + "dataset/snapshot.py",
        ("            audio_sha256=audio[track_id],\n", "            audio_sha256=None,\n"),
    ),
]
