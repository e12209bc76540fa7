# t tests: one sample, two samples (Welch or pooled), pairs. The estimate is the first sorted group minus the second.

run <- function(data, params, context) {
  design <- text_of(params$design)
  given <- function(name, default) if (is.null(params[[name]])) default else params[[name]]
  mu <- as.numeric(given("mu", 0))
  options <- list(design = design, mu = mu, var_equal = design == "two_sample" && isTRUE(params$var_equal),
    alternative = text_of(given("alternative", "two_sided")), conf_level = as.numeric(given("conf_level", 0.95)))
  context$progress(0.1, "reading the columns", "read")
  read <- switch(design, one_sample = read_one, two_sample = read_two, paired = read_paired)(data, params, context)
  context$progress(0.4, "testing", "test")
  test <- test_of(read, options, context)
  looked <- if (design == "paired") list(read$difference) else read$samples
  labels <- if (design == "paired") "difference" else read$labels
  shapiro <- lapply(seq_along(looked), function(i) c(list(level = labels[i], n = length(looked[[i]])),
    shapiro_of(looked[[i]])))
  levene <- if (design == "two_sample") brown_forsythe(read$samples)
  effect <- effect_size(test$estimate - mu, test$sd, test$sd_df, test$scale, options$conf_level)
  assumptions <- judge(read, shapiro, levene, design, options$var_equal)
  used <- if (design == "paired") 2 * length(read$difference) else sum(lengths(read$samples))
  if (sum(vapply(read$dropped, `[[`, 0, "rows")) > used)
    context$warn("MANY_ROWS_DROPPED",
      "More rows were left out than used; the result may not stand for the whole data set.", "caution")
  context$progress(0.8, "drawing", "figures")
  code <- reader_code(params, options)
  list(values = values_of(read, options, test, effect, shapiro, levene),
    summary = I(summarise(read, options, test, effect, assumptions)),
    method = method_of(options, effect), assumptions = assumptions, dropped = read$dropped,
      tables = tables_of(read, options, test, effect),
    figures = figures_of(read, design, mu, options$conf_level),
      code = if (nchar(code) <= 19000) code) # longer only where names of columns are
}

test_of <- function(read, options, context) {
  n <- lengths(read$samples)
  if (options$design == "two_sample") {
    m <- vapply(read$samples, mean, 0)
    v <- vapply(read$samples, function(x) if (length(x) > 1) var(x) else 0, 0)
    pooled <- sum((n - 1) * v) / (sum(n) - 2)
    part <- if (options$var_equal) pooled / n else v / n
    df <- if (options$var_equal) sum(n) - 2 else sum(part)^2 / sum(part^2 / (n - 1))
    estimate <- m[1] - m[2]
    se <- sqrt(sum(part))
    size <- max(abs(m))
    base <- list(sd = sqrt(pooled), sd_df = sum(n) - 2, scale = sqrt(sum(1 / n)))
  } else {
    x <- if (options$design == "paired") read$difference else read$samples[[1]]
    estimate <- mean(x)
    df <- length(x) - 1
    se <- sd(x) / sqrt(length(x))
    size <- if (options$design == "paired") max(abs(vapply(read$samples, mean, 0))) else abs(estimate)
    base <- list(sd = sd(x), sd_df = df, scale = sqrt(1 / length(x)))
  }
  if (!is.finite(se)) context$refuse("VALUES_TOO_LARGE",
    "The values are too large to compute a standard deviation.", hint = "Use another unit.")
  if (se <= 10 * .Machine$double.eps * size)
    context$refuse("NO_VARIATION",
      if (options$design == "paired") "The differences within pairs are essentially constant." else "The data are essentially constant.",
      where = list(param = if (is.null(read$grouping) && options$design != "one_sample") "x" else "value"),
      hint = "A t test needs values that vary; check the column.")
  t <- (estimate - options$mu) / se
  level <- options$conf_level
  half <- qt(if (options$alternative == "two_sided") (1 + level) / 2 else level, df) * se
  c(base, list(estimate = estimate, df = df, se = se, t = t,
    p = switch(options$alternative, two_sided = 2 * pt(-abs(t), df), greater = pt(t, df, lower.tail = FALSE),
      less = pt(t, df)),
    low = if (options$alternative == "less") -Inf else estimate - half,
      high = if (options$alternative == "greater") Inf else estimate + half))
}

values_of <- function(read, options, test, effect, shapiro, levene) c(
  options[c("design", "alternative", "mu", "conf_level", "var_equal")],
  list(statistic = test$t, df = test$df, p_value = test$p, estimate = test$estimate, std_error = test$se,
    ci_low = test$low, ci_high = test$high,
    groups = lapply(seq_along(read$samples), function(i) list(level = read$labels[i],
      n = length(read$samples[[i]]), mean = mean(read$samples[[i]]),
      sd = if (length(read$samples[[i]]) > 1) sd(read$samples[[i]]) else NA)),
    difference = if (options$design == "paired") list(n = length(read$difference),
      mean = mean(read$difference), sd = sd(read$difference)),
    effect_size = effect, assumptions = list(shapiro = shapiro, levene = levene)))

name_of <- function(options) switch(options$design, one_sample = "One-sample t test", paired = "Paired t test",
  if (options$var_equal) "Two-sample t test with equal variances (Student)" else "Two-sample t test with unequal variances (Welch)")

method_of <- function(options, effect) list(
  text = paste0(name_of(options), ". ", switch(options$design,
    one_sample = "Cohen's d is the distance of the mean from the hypothetical mean in standard deviations.",
    paired = "Pairs with a missing value are left out. Cohen's d is the mean difference in standard deviations of the differences (d_z).",
    paste0("The degrees of freedom ", if (options$var_equal) "are n1 + n2 - 2" else "follow Welch and Satterthwaite",
      ". Cohen's d is the difference of the means in pooled standard deviations.")),
    " Hedges' g corrects d for small samples by the exact factor. The two-sided interval of d comes from the ",
    if (effect$ci_method == "noncentral t") "noncentral t distribution" else "normal approximation, as d is too large for the noncentral t distribution",
    ". Rows with a missing value are left out."),
  reference = "stats::t.test", options = options)

summarise <- function(read, options, test, effect, assumptions) {
  level <- paste0(fmt(100 * options$conf_level, 3), " % interval ", switch(options$alternative,
    two_sided = paste(fmt(test$low), "to", fmt(test$high)), greater = paste(fmt(test$low), "or more"),
      less = paste(fmt(test$high), "or less")))
  clear <- test$p < 1 - options$conf_level
  tested <- sprintf("(t = %s, df = %s, %s)", fmt(test$t), fmt(test$df), fmt_p(test$p))
  against <- paste0(switch(options$alternative, two_sided = "different from ", greater = "greater than ",
    less = "less than "), fmt(options$mu))
  first <- if (options$design == "one_sample")
    paste0("The mean of ", quoted(read$measure), " is ", fmt(test$estimate), " (", level, "; ",
      length(read$samples[[1]]), " values).") else
    paste0("The mean ", if (is.null(read$grouping)) "of " else paste0("of ", quoted(read$measure), " in "),
      quoted(read$labels[1]), " is ", fmt(abs(test$estimate)),
      if (test$estimate < 0) " lower than in " else " higher than in ", quoted(read$labels[2]),
        " (difference ", fmt(test$estimate), ", ", level, "; ", if (options$design == "paired")
        paste(length(read$difference), "pairs") else paste(lengths(read$samples), collapse = " and "),
          if (options$design == "two_sample") " values", ").")
  open <- Filter(function(a) a$verdict %in% c("doubtful", "violated"), assumptions)
  c(first,
    paste0(if (clear) "This is evidence that the " else "There is no clear evidence that the ",
      if (options$design == "one_sample") "mean" else "difference",
      " is ", against, " ", tested, "."),
    paste0("The effect is ", size_word(effect$cohens_d), " by Cohen's rule of thumb: d = ",
      fmt(effect$cohens_d, 3), " (", fmt(100 * options$conf_level, 3), " % interval ",
      fmt(effect$ci_low, 3), " to ", fmt(effect$ci_high, 3), ")."),
    if (length(open) > 0) paste0("Look at these assumptions: ",
      paste(vapply(open, function(a) paste0(tolower(substr(a$title, 1, 1)), substring(a$title, 2)), ""),
      collapse = "; "), "."))
}

tables_of <- function(read, options, test, effect) {
  groups <- data.frame(level = vapply(read$labels, brief, "", most = 300), n = lengths(read$samples),
    mean = vapply(read$samples, mean, 0),
    sd = vapply(read$samples, function(x) if (length(x) > 1) sd(x) else NA_real_, 0))
  if (options$design == "paired") groups <- rbind(groups,
    data.frame(level = "difference", n = length(read$difference), mean = mean(read$difference),
    sd = sd(read$difference)))
  p <- paste0(fmt(100 * options$conf_level, 3), " %")
  result <- data.frame(estimate = test$estimate, ci_low = test$low, ci_high = test$high, statistic = test$t,
    df = test$df, p_value = test$p,
    cohens_d = effect$cohens_d, hedges_g = effect$hedges_g)
  list(list(name = "test", title = name_of(options), data = result,
    titles = c(estimate = if (options$design == "one_sample") "Mean" else "Difference of means",
      ci_low = paste(p, "low"), ci_high = paste(p, "high"), statistic = "t", df = "df", p_value = "p",
        cohens_d = "Cohen's d", hedges_g = "Hedges' g"), types = c(p_value = "p_value")),
    list(name = "groups", title = if (options$design == "one_sample") "Values" else "Groups", data = groups,
      titles = c(level = if (is.null(read$grouping)) "Column" else brief(read$grouping, 150), n = "n",
        mean = "Mean", sd = "Standard deviation"), types = c(level = "text", n = "integer")))
}

reader_code <- function(params, options) {
  at <- function(param) paste0("d[[", encodeString(text_of(params[[param]]), quote = '"'), "]]")
  wide <- !is.null(params$x)
  alternative <- sub("_", ".", options$alternative, fixed = TRUE)
  rest <- sprintf("mu = %s, alternative = \"%s\", conf.level = %s", format(options$mu, digits = 15),
    alternative, format(options$conf_level, digits = 15))
  head <- 'd <- read.csv("data.csv", check.names = FALSE, stringsAsFactors = FALSE)'
  paste(c(head, switch(options$design, one_sample = sprintf("t.test(%s, %s)", at(if (is.null(params$value)) "x" else "value"), rest),
    two_sample = if (wide) sprintf("t.test(%s, %s, var.equal = %s, %s)", at("x"), at("y"), options$var_equal, rest) else
      c(paste0("samples <- split(", at("value"), ", ", at("group"), ")"),
        sprintf("t.test(samples[[1]], samples[[2]], var.equal = %s, %s)", options$var_equal, rest)),
    paired = if (wide) sprintf("t.test(%s, %s, paired = TRUE, %s)", at("x"), at("y"), rest) else
      c(paste0("samples <- tapply(", at("value"), ", list(", at("pair"), ", ", at("group"), "), sum)"),
        sprintf("t.test(samples[, 1], samples[, 2], paired = TRUE, %s)", rest)))), collapse = "\n")
}
