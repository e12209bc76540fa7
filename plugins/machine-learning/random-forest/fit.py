"""Grows forests, and judges them on rows that they have not seen."""

from dataclasses import dataclass

import numpy as np
from scipy import stats
from sklearn import metrics
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor
from sklearn.inspection import permutation_importance
from sklearn.model_selection import KFold, StratifiedKFold
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OneHotEncoder

REPEATS = 5
RESAMPLES = 1000


@dataclass
class Judged:
    predicted: np.ndarray
    #: Probabilities of the classes, or nothing.
    scores: np.ndarray
    folds: list[dict]
    importance: list[dict]


def forest(prepared, params, seed):
    """A forest behind the encoding of its categorical features."""
    options = {
        "n_estimators": params["trees"],
        "max_depth": params.get("max_depth"),
        "random_state": seed % 2**32,
        "n_jobs": 1,
    }
    if prepared.task == "classification":
        model = RandomForestClassifier(class_weight=params.get("class_weight"), **options)
    else:
        model = RandomForestRegressor(**options)
    one_hot = OneHotEncoder(handle_unknown="ignore", sparse_output=False)
    encode = ColumnTransformer([("categories", one_hot, prepared.categorical)], remainder="passthrough")
    return Pipeline([("encode", encode), ("forest", model)])


def _score(task, actual, predicted):
    if task == "classification":
        return float(np.mean(actual == predicted))
    return float(metrics.r2_score(actual, predicted))


def judge(prepared, params, seed, context):
    """Every row predicted by a forest that was grown without it; importance on the held-out rows too."""
    splitter = StratifiedKFold if prepared.task == "classification" else KFold
    folds = splitter(params["cv_folds"], shuffle=True, random_state=seed % 2**32)
    predicted = np.zeros(len(prepared.y), dtype=prepared.y.dtype)
    scores = np.zeros((len(prepared.y), max(1, len(prepared.classes))))
    said, drops = [], []
    for at, (train, held) in enumerate(folds.split(prepared.x, prepared.y)):
        context.progress(0.1 + 0.8 * at / params["cv_folds"], f"fold {at + 1} of {params['cv_folds']}", "fit")
        model = forest(prepared, params, seed).fit(prepared.x.iloc[train], prepared.y[train])
        predicted[held] = model.predict(prepared.x.iloc[held])
        if prepared.task == "classification":
            scores[np.ix_(held, model.classes_)] = model.predict_proba(prepared.x.iloc[held])
        said.append({"fold": at + 1, "n": len(held), "score": _score(prepared.task, prepared.y[held], predicted[held])})
        drop = permutation_importance(
            model, prepared.x.iloc[held], prepared.y[held], n_repeats=REPEATS, random_state=seed % 2**32, n_jobs=1
        )
        drops.append(drop.importances)
    return Judged(predicted, scores, said, _importance(prepared, np.concatenate(drops, axis=1)))


def _importance(prepared, drops):
    """How much the score falls on held-out rows when a feature is shuffled: mean and spread over folds and shuffles."""
    means, spread = drops.mean(axis=1), drops.std(axis=1, ddof=1)
    order = sorted(range(len(means)), key=lambda i: (-means[i], prepared.features[i]))
    return [
        {"rank": rank, "feature": prepared.features[i], "value": float(means[i]), "sd": float(spread[i])}
        for rank, i in enumerate(order, 1)
    ]


def _wilson(hits, n, level):
    """Wilson's interval of a proportion."""
    z = stats.norm.ppf(0.5 + level / 2)
    p = hits / n
    middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * np.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return float(middle - half), float(middle + half)


def classification_metrics(prepared, judged, level):
    y, predicted = prepared.y, judged.predicted
    hits = int(np.sum(y == predicted))
    low, high = _wilson(hits, len(y), level)
    found = {
        "accuracy": hits / len(y),
        "accuracy_ci_low": low,
        "accuracy_ci_high": high,
        "balanced_accuracy": float(metrics.balanced_accuracy_score(y, predicted)),
        "f1_macro": float(metrics.f1_score(y, predicted, average="macro", zero_division=0)),
        "baseline_accuracy": float(np.bincount(y).max() / len(y)),
    }
    if len(prepared.classes) == 2:
        found["roc_auc"] = float(metrics.roc_auc_score(y, judged.scores[:, 1]))
    else:
        found["roc_auc"] = float(metrics.roc_auc_score(y, judged.scores, multi_class="ovr", average="macro"))
    return found


def regression_metrics(prepared, judged, level, seed):
    y, error = prepared.y, prepared.y - judged.predicted

    def both(rows):
        squares = np.mean(error[rows] ** 2)
        return np.sqrt(squares), 1 - squares / np.var(y[rows])

    chance = np.random.default_rng(seed)
    drawn = np.array([both(chance.integers(0, len(y), len(y))) for _ in range(RESAMPLES)])
    edges = [100 * (0.5 - level / 2), 100 * (0.5 + level / 2)]
    (rmse_low, r2_low), (rmse_high, r2_high) = np.nanpercentile(drawn, edges, axis=0)
    rmse, r_squared = both(slice(None))
    return {
        "rmse": float(rmse),
        "rmse_ci_low": float(rmse_low),
        "rmse_ci_high": float(rmse_high),
        "mae": float(np.mean(np.abs(error))),
        "r_squared": float(r_squared),
        "r_squared_ci_low": float(r2_low),
        "r_squared_ci_high": float(r2_high),
        "baseline_rmse": float(np.std(y)),
    }


def confusion(prepared, judged):
    table = metrics.confusion_matrix(prepared.y, judged.predicted, labels=range(len(prepared.classes)))
    return [
        {"actual": actual, "predicted": predicted, "n": int(table[i][j])}
        for i, actual in enumerate(prepared.classes)
        for j, predicted in enumerate(prepared.classes)
    ]
