# Generalised linear models: design, fit, separation, diagnostics, words. See the files beside this one.

most_terms <- 500

run <- function(data, params, context) {
  given <- function(name, default) if (is.null(params[[name]])) default else params[[name]]
  family <- text_of(params$family)
  options <- list(family = family, link = text_of(given("link", links[[family]][1])),
    interval = text_of(given("interval", "wald")), conf_level = as.numeric(given("conf_level", 0.95)))
  if (!options$link %in% links[[family]]) context$refuse("LINK_NOT_POSSIBLE", paste0("The family ", family,
    " has no link ", quoted(options$link), "."), class = "input", where = list(param = "link"),
    hint = paste0("Use one of: ", paste(links[[family]], collapse = ", "), "."))
  context$progress(0.05, "reading the columns", "read")
  input <- read_columns(data, params, family, context)
  terms <- build_terms(input)
  refuse_unfit(input, terms, context)
  context$progress(0.2, sprintf("fitting %d terms to %d rows", length(terms), length(input$y)), "fit")
  fit <- fit_model(input, terms, family, options$link, context)
  if (fit$df < 1) refuse_rows(length(input$y), fit$rank, context)
  fit$separation <- find_separation(fit, input)
  if (!fit$converged && is.null(fit$separation)) context$refuse("NO_CONVERGENCE", sprintf(
    "The estimates did not settle within %d steps.", control$maxit), class = "convergence",
    hint = "Use the default link of the family, or fewer predictors.")
  if (options$interval == "profile" && !profile_is_cheap(length(input$y), fit$rank)) {
    options$interval <- "wald"
    context$warn("PROFILE_TOO_LARGE",
      "The data are too large for profile intervals; Wald intervals are given, which differ little here.", "note")
  }
  inference <- infer(input, fit, options$conf_level, options$interval)
  context$progress(0.7, "checking the assumptions", "diagnose")
  d <- diagnose(fit, input, inference, options$conf_level)
  warn_of(fit, input, d, context)
  assumptions <- judge(fit, input, inference, d)
  context$progress(0.85, "drawing", "figures")
  code <- reader_code(input, params, options)
  list(values = values_of(fit, input, inference, d, options),
    summary = I(summarise(fit, input, inference, d, options, assumptions)),
    method = method_of(fit, input, options), assumptions = assumptions, dropped = input$dropped,
    tables = tables_of(fit, input, inference, d, options), figures = Filter(Negate(is.null),
      list(coefficient_figure(fit, input, inference, options), roc_figure(fit, input, d), residual_figure(fit, input, d))),
    code = if (nchar(code) <= most_code) code)
}

refuse_rows <- function(n, terms, context)
  context$refuse("TOO_FEW_ROWS", sprintf("%d complete %s for a model with %d terms.", n,
    if (n == 1) "row is too few" else "rows are too few", terms),
    hint = sprintf("At least %d complete rows are needed; use fewer terms or more data.", terms + 1))

refuse_unfit <- function(input, terms, context) {
  n <- length(input$y)
  if (length(terms) > most_terms)
    context$refuse("TOO_MANY_TERMS", sprintf("The model would have %d terms; at most %d are allowed.",
      length(terms), most_terms),
      where = list(param = "predictors"), hint = "Leave out categorical predictors with very many levels.")
  if (n <= length(terms)) refuse_rows(n, length(terms), context)
  if (max(input$y) == min(input$y))
    refuse_column(context, "CONSTANT_RESPONSE", paste0("Column ", quoted(input$response),
      " has the same value in all rows used."), input$response, "response",
        hint = "There is no variation to explain; choose another response.")
}

warn_of <- function(fit, input, d, context) {
  single <- Filter(function(column) length(column$levels) == 1, input$columns)
  if (length(single) > 0) context$warn("RANK_DEFICIENT", paste0("With one level only, these columns give no term: ",
    listed(vapply(single, `[[`, "", "name")), "."), "caution")
  if (length(fit$aliased) > 0) context$warn("RANK_DEFICIENT", paste0(
    "Left out, as it follows exactly from the other terms: ", listed(fit$aliased), ". Fitted values are not touched."),
    "caution")
  if (!is.null(fit$separation)) context$warn("SEPARATION", paste0(
    if (fit$separation$complete) "A combination of the predictors tells all rows apart without error" else
      sprintf("A combination of the predictors fixes the response in %d of %d rows", length(fit$separation$rows),
        length(input$y)), ": no finite estimate exists for ", listed(fit$separation$terms),
    ". Leave a term out, join rare levels, or get more data."), "result_doubtful")
  x <- d$dispersion
  if (fit$name == "poisson" && !is.null(x) && x$p_value < 0.01) context$warn("OVERDISPERSION", paste0(
    "The counts vary ", fmt(x$statistic, 3),
    " times as much as the Poisson family has it: standard errors are too small. Use the family quasi or negative_binomial."),
    "result_doubtful")
  if (length(input$dropped) > 0 && sum(vapply(input$dropped, `[[`, 0L, "rows")) > length(input$y))
    context$warn("MANY_ROWS_DROPPED",
      "More rows were left out than used; the result may not stand for the whole data set.", "caution")
}

aic_of <- function(fit) 2 * fit$parameters - 2 * fit$loglik
bic_of <- function(fit, n) log(n) * fit$parameters - 2 * fit$loglik
explained_of <- function(fit) if (is.null(fit$null) || fit$null$deviance <= 0) NA_real_ else
  1 - fit$deviance / fit$null$deviance

values_of <- function(fit, input, inference, d, options) c(list(
  coefficients = lapply(seq_along(fit$labels), function(j) list(term = fit$labels[j], estimate = inference$estimate[j],
    std_error = inference$se[j], statistic = inference$statistic[j], p_value = inference$p[j],
    ci_low = inference$low[j], ci_high = inference$high[j], exp_estimate = inference$exp[j],
    exp_ci_low = inference$exp_low[j], exp_ci_high = inference$exp_high[j], vif = inference$vif[j])),
  aliased = as.list(fit$aliased), separated = as.list(fit$separation$terms), event = input$event, n = length(input$y),
  df_residual = fit$df, df_null = length(input$y) - 1L, deviance = fit$deviance,
  null_deviance = if (is.null(fit$null)) NA else fit$null$deviance, deviance_explained = explained_of(fit),
  loglik = fit$loglik, aic = aic_of(fit), bic = bic_of(fit, length(input$y)), dispersion = fit$dispersion,
  theta = if (is.null(fit$theta)) NA else fit$theta, overall_test = inference$test, auc = d$auc$estimate,
  auc_ci_low = d$auc$ci_low, auc_ci_high = d$auc$ci_high, confusion = d$confusion,
  diagnostics = list(link_test = d$link_test, pearson = d$dispersion, events_per_term = d$events_per_term,
    influential_count = if (is.null(d$influential)) 0L else d$influential$count,
    influential = if (is.null(d$influential)) list() else d$influential$rows),
  iterations = fit$iterations), options)

method_of <- function(fit, input, options) list(
  text = paste0(family_title[[fit$name]], " regression with the link ", fit$link, if (!is.null(input$event)) paste0(
    "; the event is ", quoted(input$event)), ". Maximum likelihood by iteratively reweighted least squares, to a relative change ",
    "of the deviance below 1e-12; the columns are centred and scaled for the solution. Categorical predictors use treatment ",
    "coding; the first level in sorted order is the reference. Rows with a missing value are left out. Standard errors come ",
    "from the expected information; intervals are ", if (options$interval == "profile") "those of the profile likelihood" else
    "Wald's (estimate plus and minus a multiple of the standard error)", ", and exponentiated for ratios. ",
    if (fit$estimated) "The dispersion is Pearson's chi-squared over its degrees of freedom; tests use t. " else
      "Tests use the normal distribution. ",
    if (fit$name == "negative_binomial") "Theta is estimated by maximum likelihood and taken as known in the standard errors. ",
    "Separation is looked for by alternating projections: a combination of the terms that the response never contradicts."),
  reference = if (fit$name == "negative_binomial") "MASS::glm.nb" else "stats::glm",
  options = c(options, list(weights = input$weighted, offset = input$has_offset, epsilon = control$epsilon)))

tables_of <- function(fit, input, inference, d, options) {
  p <- paste(percent(options$conf_level), if (options$interval == "profile") "profile" else "Wald")
  coefficients <- data.frame(term = vapply(fit$labels, brief, "", most = 300), estimate = inference$estimate,
    std_error = inference$se, statistic = inference$statistic, p_value = inference$p, ci_low = inference$low,
    ci_high = inference$high, vif = inference$vif)
  ratios <- data.frame(term = coefficients$term, ratio = inference$exp, ci_low = inference$exp_low,
    ci_high = inference$exp_high)[inference$slope, ]
  quality <- data.frame(measure = c("Rows used", "Residual degrees of freedom", "Deviance", "Null deviance",
      "Share of the deviance explained", "Log-likelihood", "AIC", "BIC", "Dispersion",
      if (!is.null(fit$theta)) "Theta", if (!is.null(d$auc)) "Area under the ROC curve"),
    value = c(length(input$y), fit$df, fit$deviance, if (is.null(fit$null)) NA else fit$null$deviance, explained_of(fit),
      fit$loglik, aic_of(fit), bic_of(fit, length(input$y)), fit$dispersion, fit$theta, d$auc$estimate))
  influential <- do.call(rbind, lapply(d$influential$rows, as.data.frame))
  limits <- c(ci_low = paste(p, "low"), ci_high = paste(p, "high"))
  name <- ratio_name(fit)
  c(list(list(name = "coefficients", title = paste0("Coefficients (", fit$link, " of the mean)"), data = coefficients,
      titles = c(term = "Term", estimate = "Estimate", std_error = "Standard error",
        statistic = if (fit$estimated) "t" else "z", p_value = "p", limits, vif = "VIF"),
      types = c(term = "text", p_value = "p_value"))),
    if (inference$ratio && nrow(ratios) > 0) list(list(name = "ratios", title = paste0(toupper(substr(name, 1, 1)),
      substring(name, 2), " of each term"), data = ratios, titles = c(term = "Term", ratio = "Ratio", limits),
      types = c(term = "text"))),
    list(list(name = "fit", title = "Quality of the fit", data = quality,
      titles = c(measure = "Measure", value = "Value"), types = c(measure = "text"))),
    if (!is.null(d$confusion)) list(confusion_table(d$confusion)),
    if (!is.null(influential)) list(list(name = "influential-rows",
      title = "Rows with a large influence (Cook's distance above 4 / n)", data = influential,
      titles = c(row = "Row", cooks_distance = "Cook's distance", leverage = "Leverage",
        deviance_residual = "Standardised deviance residual"), types = c(row = "integer"))))
}

confusion_table <- function(x) list(name = "confusion", title = "Answers at a fitted probability of one half",
  data = data.frame(said = c("event", "no event"), event = c(x$true_positive, x$false_negative),
    none = c(x$false_positive, x$true_negative)),
  titles = c(said = "Model says", event = "Event", none = "No event"),
  types = c(said = "text", event = "integer", none = "integer"))
