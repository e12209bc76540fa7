# Tables of the report, and the values that a program reads.

column <- function(list, name, type = 0) vapply(list, function(each) as.vector(each[[name]]), type)

anova_rows <- function(rows, fit, options) {
  kept <- c("term", "df", "sum_sq", "mean_sq", "f", "p_value", "partial_eta_sq", "eta_ci_low", "eta_ci_high", "omega_sq")
  error <- list(term = "Residuals", df = if (options$method == "welch") rows[[1]]$df_residual else fit$df,
    sum_sq = if (options$method == "welch") NA_real_ else fit$rss,
    mean_sq = if (options$method == "welch") NA_real_ else fit$rss / fit$df, f = NA_real_, p_value = NA_real_,
    partial_eta_sq = NA_real_, eta_ci_low = NA_real_, eta_ci_high = NA_real_, omega_sq = NA_real_)
  c(lapply(rows, `[`, kept), list(error))
}

values_of <- function(input, fit, rows, cells, means, pairs, options, found) c(
  list(response = input$response, n = fit$n), options[setdiff(names(options), "posthoc")],
  list(posthoc_method = options$posthoc, anova = anova_rows(rows, fit, options), r_squared = 1 - fit$rss / fit$total,
    adj_r_squared = 1 - fit$rss / fit$df / (fit$total / (fit$n - 1)), residual_sd = fit$sigma,
    cells = lapply(cells, `[`, c("cell", "n", "mean", "sd", "ci_low", "ci_high")), adjusted_means = means,
    posthoc = lapply(pairs, `[`, c("factor", "contrast", "estimate", "std_error", "df", "q", "ci_low", "ci_high",
      "p_adjusted")), assumptions = list(shapiro = found$shapiro, levene = found$levene, parallel_slopes = found$slopes,
    largest_cook = if (is.null(found$cook)) NA_real_ else found$cook$value)))

tables_of <- function(input, fit, rows, cells, means, pairs, options) {
  p <- percent(options$conf_level)
  limits <- c(ci_low = paste(p, "low"), ci_high = paste(p, "high"))
  all <- anova_rows(rows, fit, options)
  anova <- data.frame(term = vapply(column(all, "term", ""), brief, "", most = 200), df = column(all, "df"),
    sum_sq = column(all, "sum_sq"), mean_sq = column(all, "mean_sq"), f = column(all, "f"), p_value = column(all, "p_value"),
    partial_eta_sq = column(all, "partial_eta_sq"), omega_sq = column(all, "omega_sq"))
  if (options$method == "welch") anova <- anova[setdiff(names(anova), c("sum_sq", "mean_sq"))]
  groups <- data.frame(cell = vapply(column(cells, "cell", ""), brief, "", most = 300), n = as.integer(column(cells, "n", 0L)),
    mean = column(cells, "mean"), sd = column(cells, "sd"), ci_low = column(cells, "ci_low"), ci_high = column(cells, "ci_high"))
  factors <- paste(vapply(input$factors, function(f) brief(f$name, 60), ""), collapse = ", ")
  shown <- length(cells) > 0
  tables <- list(list(name = "anova", title = name_of(options, input), data = anova, titles = c(term = "Term", df = "df",
      sum_sq = "Sum of squares", mean_sq = "Mean square", f = "F", p_value = "p",
      partial_eta_sq = if (input$single) "\u03b7\u00b2" else "Partial \u03b7\u00b2", omega_sq = "\u03c9\u00b2"),
      types = c(term = "text", p_value = "p_value")),
    if (shown) list(name = "groups", title = if (length(input$factors) == 1) "Groups" else "Cells", data = groups,
      titles = c(cell = factors, n = "n", mean = "Mean", sd = "Standard deviation", limits),
      types = c(cell = "text", n = "integer")))
  tables <- Filter(Negate(is.null), tables)
  if (length(pairs) > 0) tables <- c(tables, list(list(name = "differences",
    title = paste0("Differences between the levels of ", brief(pairs[[1]]$factor, 80)), data = data.frame(
      contrast = vapply(column(pairs, "contrast", ""), brief, "", most = 300), estimate = column(pairs, "estimate"),
      ci_low = column(pairs, "ci_low"), ci_high = column(pairs, "ci_high"), p_adjusted = column(pairs, "p_adjusted")),
    titles = c(contrast = "Levels", estimate = "Difference", limits, p_adjusted = "Adjusted p"),
    types = c(contrast = "text", p_adjusted = "p_value"))))
  if (!input$single && length(means) > 0) tables <- c(tables, list(list(name = "adjusted-means", title = "Adjusted means",
    data = data.frame(factor = vapply(column(means, "factor", ""), brief, "", most = 100),
      level = vapply(column(means, "level", ""), brief, "", most = 200), estimate = column(means, "estimate"),
      std_error = column(means, "std_error"), ci_low = column(means, "ci_low"), ci_high = column(means, "ci_high")),
    titles = c(factor = "Factor", level = "Level", estimate = "Mean", std_error = "Standard error", limits),
    types = c(factor = "text", level = "text"))))
  tables
}

reader_code <- function(input, options, posthoc_factor) {
  string <- function(text) encodeString(text, quote = '"')
  f <- paste0("f", seq_along(input$factors))
  x <- if (length(input$covariates) > 0) paste0("x", seq_along(input$covariates)) else character()
  columns <- c(sprintf("  y = d[[%s]]", string(input$response)),
    sprintf("  %s = d[[%s]]", x, vapply(input$covariates, function(c) string(c$name), "")),
    sprintf("  %s = factor(d[[%s]])", f, vapply(input$factors, function(each) string(each$name), "")))
  right <- paste(c(x, paste(f, collapse = if (options$interactions) " * " else " + ")), collapse = " + ")
  at <- f[match(posthoc_factor, vapply(input$factors, `[[`, "", "name"))]
  paste(c('d <- read.csv("data.csv", check.names = FALSE, stringsAsFactors = FALSE)', "model_data <- na.omit(data.frame(",
    paste(columns, collapse = ",\n"), "))",
    if (options$method == "welch") "oneway.test(y ~ f1, data = model_data, var.equal = FALSE)" else c(
      'options(contrasts = c("contr.sum", "contr.poly"))', paste0("fit <- lm(y ~ ", right, ", data = model_data)"),
      switch(options$type, I = "anova(fit)", II = "car::Anova(fit, type = 2)", III = "car::Anova(fit, type = 3)")),
    switch(options$posthoc, none = NULL,
      tukey = if (input$single) sprintf("TukeyHSD(aov(y ~ f1, data = model_data), conf.level = %s)", format(options$conf_level)) else
        sprintf("confint(pairs(emmeans::emmeans(fit, \"%s\"), adjust = \"tukey\", reverse = TRUE), level = %s)", at,
          format(options$conf_level)),
      games_howell = sprintf("rstatix::games_howell_test(model_data, y ~ f1, conf.level = %s)", format(options$conf_level)))), collapse = "\n")
}
