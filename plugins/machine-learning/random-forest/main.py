"""Random forest: how well one column can be predicted from others, and by which of them."""

import numpy as np
import pandas as pd
import sklearn

from figures import figures
from fit import classification_metrics, confusion, judge, regression_metrics
from read import prepare

TITLES = {
    "accuracy": "Accuracy",
    "balanced_accuracy": "Balanced accuracy",
    "f1_macro": "F1, mean of the classes",
    "roc_auc": "Area under the ROC curve",
    "baseline_accuracy": "Accuracy of always saying the commonest class",
    "rmse": "Root mean squared error",
    "mae": "Mean absolute error",
    "r_squared": "R squared",
    "baseline_rmse": "Root mean squared error of always saying the mean",
}


def _measures(found, level):
    rows = [
        {"measure": title, "value": found[name], "low": found.get(f"{name}_ci_low"), "high": found.get(f"{name}_ci_high")}
        for name, title in TITLES.items()
        if name in found
    ]
    data = pd.DataFrame(rows, columns=["measure", "value", "low", "high"]).astype({"low": float, "high": float})
    percent = f"{100 * level:g} %"
    titles = {"measure": "Measure", "value": "Value", "low": f"{percent} low", "high": f"{percent} high"}
    return {"name": "measures", "title": "How well unseen rows are predicted", "data": data, "titles": titles}


def _importance(judged):
    titles = {"rank": "Rank", "feature": "Column", "value": "Importance", "sd": "Standard deviation"}
    data = pd.DataFrame(judged.importance)
    return {"name": "importance", "title": "Importance of the columns", "data": data, "titles": titles}


def _assumptions(prepared, found):
    perfect = found.get("accuracy", 0) == 1 or found.get("r_squared", 0) > 0.999
    rows, columns = len(prepared.y), len(prepared.features)
    enough = rows >= 10 * columns
    checks = [
        {
            "id": "independence",
            "title": "Rows are independent of each other",
            "verdict": "not_checked",
            "message": "Cannot be seen in the data. Repeated rows of one person in several folds make a forest look better.",
        },
        {
            "id": "size",
            "title": "Enough rows for the columns",
            "verdict": "met" if enough else "doubtful",
            "message": f"{rows} rows for {columns} columns; ten rows a column are a usual least.",
        },
        {
            "id": "leakage",
            "title": "No column gives the answer away",
            "verdict": "doubtful" if perfect else "met",
            "message": "Every unseen row is predicted almost perfectly: look whether a column holds the answer."
            if perfect
            else "Unseen rows are not predicted perfectly.",
        },
    ]
    if prepared.task == "classification":
        least = int(np.bincount(prepared.y).min())
        checks.append(
            {
                "id": "balance",
                "title": "No class is rare",
                "verdict": "met" if least >= 20 else "doubtful",
                "message": f"The rarest class has {least} rows; under 20 its measures are uncertain.",
            }
        )
    return checks


def _summary(prepared, judged, found, level):
    first = judged.importance[0]["feature"]
    percent = f"{100 * level:g} % interval"
    if prepared.task == "classification":
        told = (
            f"Of {len(prepared.y)} rows that the forest had not seen, {100 * found['accuracy']:.1f} % were put into the right "
            f"class of {prepared.target} ({percent} {100 * found['accuracy_ci_low']:.1f} to {100 * found['accuracy_ci_high']:.1f} %); "
            f"always saying the commonest class gets {100 * found['baseline_accuracy']:.1f} %."
        )
    else:
        told = (
            f"For {len(prepared.y)} rows that the forest had not seen, {prepared.target} was predicted with a root mean squared "
            f"error of {found['rmse']:.4g} ({percent} {found['rmse_ci_low']:.4g} to {found['rmse_ci_high']:.4g}) and R squared "
            f"{found['r_squared']:.3f}; always saying the mean has an error of {found['baseline_rmse']:.4g}."
        )
    return [told, f"The column that matters most is {first}. Importance says what the forest uses, not what causes what."]


def _code(prepared, params, seed):
    kind = "Classifier" if prepared.task == "classification" else "Regressor"
    folds = "StratifiedKFold" if prepared.task == "classification" else "KFold"
    options = f"n_estimators={params['trees']}, max_depth={params.get('max_depth')}, random_state={seed % 2**32}"
    return "\n".join(
        [
            "import pandas as pd",
            f"from sklearn.ensemble import RandomForest{kind}",
            f"from sklearn.model_selection import {folds}, cross_val_predict",
            "",
            'data = pd.read_csv("data.csv")',
            f"x = pd.get_dummies(data[{prepared.features!r}])",
            f"y = data[{prepared.target!r}]",
            f"model = RandomForest{kind}({options})",
            f"folds = {folds}({params['cv_folds']}, shuffle=True, random_state={seed % 2**32})",
            "predicted = cross_val_predict(model, x, y, cv=folds)",
        ]
    )


def _tables(prepared, judged, found, cells, level):
    tables = [_measures(found, level), _importance(judged)]
    if prepared.task == "classification":
        wide = pd.DataFrame(cells).pivot(index="actual", columns="predicted", values="n").loc[prepared.classes, prepared.classes]
        wide.columns = [f"predicted_{i}" for i in range(len(prepared.classes))]
        titles = {f"predicted_{i}": f"predicted {name}" for i, name in enumerate(prepared.classes)}
        wide.insert(0, "actual", prepared.classes)
        title = "Predicted against actual, rows"
        tables.append({"name": "confusion", "title": title, "data": wide, "titles": {"actual": "Actual", **titles}})
    return tables


def run(data, params, context):
    level = params["conf_level"]
    context.progress(0.05, "reading the columns", "read")
    prepared = prepare(data, params, context)
    judged = judge(prepared, params, context.seed, context)
    classified = prepared.task == "classification"
    found = (
        classification_metrics(prepared, judged, level)
        if classified
        else regression_metrics(prepared, judged, level, context.seed)
    )
    cells = confusion(prepared, judged) if classified else []
    if prepared.filled > 0:
        context.warn(
            "MISSING_VALUES",
            f"{prepared.filled} missing values stand in the features: missing numbers take the better side of each split, "
            "a missing category is a category of its own.",
            "note",
        )
    where = [{"rows": prepared.dropped, "reason": f"missing value in {prepared.target}"}] if prepared.dropped else []
    values = {
        "task": prepared.task,
        "target": prepared.target,
        "n": len(prepared.y),
        "features": prepared.features,
        "metrics": found,
        "importance": judged.importance,
        "folds": judged.folds,
        **({"classes": prepared.classes, "confusion": cells} if classified else {}),
    }
    split = "stratified " if classified else ""
    return {
        "values": values,
        "summary": _summary(prepared, judged, found, level),
        "method": {
            "text": f"Random forest of {params['trees']} trees, judged by {params['cv_folds']}-fold {split}cross-validation: each row "
            "is predicted by a forest that was grown without it. Importance is the fall of the score on held-out rows when a "
            "column is shuffled.",
            "reference": f"scikit-learn {sklearn.__version__}: RandomForest{'Classifier' if classified else 'Regressor'}, permutation_importance",
            "options": {"trees": params["trees"], "cv_folds": params["cv_folds"], "conf_level": level},
        },
        "assumptions": _assumptions(prepared, found),
        "dropped": where,
        "tables": _tables(prepared, judged, found, cells, level),
        "figures": figures(prepared, judged, cells),
        "code": _code(prepared, params, context.seed),
    }
