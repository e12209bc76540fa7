# What can be seen of the assumptions in the fit, and how well a yes or no is told apart.

# Pregibon's link test: does the square of the linear predictor still explain anything?
link_test <- function(fit, input) {
  z <- fit$eta - mean(fit$eta)
  size <- max(abs(z))
  if (fit$df < 3 || size < 1e-8 || !is.null(fit$separation)) return(NULL)
  squared <- (z / size)^2
  root <- sqrt(fit$working)
  outside <- qr.resid(qr(fit$W * root), squared * root)
  if (sum(outside^2) <= 1e-12 * sum((squared * root)^2)) return(NULL)
  wider <- solve_glm(cbind(fit$W, squared), input, fit$family, start = c(fit$working_coefficients, 0))
  if (is.null(wider)) return(NULL)
  gain <- max(0, fit$deviance - wider$deviance)
  if (!fit$estimated) return(list(statistic = gain, p_value = pchisq(gain, 1, lower.tail = FALSE)))
  f <- gain / fit$dispersion
  list(statistic = f, p_value = pf(f, 1, fit$df - 1, lower.tail = FALSE))
}

# Pearson's chi-squared over its degrees of freedom; says nothing where every row is a single yes or no.
dispersion_of <- function(fit, input) {
  single <- fit$name == "binomial" && all(input$y == 0 | input$y == 1)
  if (fit$estimated || single || fit$df < 1 || !is.null(fit$separation)) return(NULL)
  list(statistic = fit$pearson / fit$df, chi_squared = fit$pearson, df = fit$df,
    p_value = pchisq(fit$pearson, fit$df, lower.tail = FALSE))
}

# Cook's distance, leverage and standardised deviance residual; rows are counted as in the data set.
influence_of <- function(fit, inference) {
  h <- pmin(inference$leverage, 1)
  free <- 1 - h
  usable <- free > 1e-10
  list(cooks = ifelse(usable, (fit$pearson_residuals / free)^2 * h / (fit$dispersion * fit$rank), NA_real_),
    leverage = h, residual = ifelse(usable, fit$deviance_residuals / sqrt(fit$dispersion * free), NA_real_))
}

influential_rows <- function(influence, rows, at_most = 20) {
  large <- which(influence$cooks > 4 / length(rows))
  large <- large[order(-influence$cooks[large], rows[large])]
  list(count = length(large), largest = max(c(influence$cooks, 0), na.rm = TRUE),
    rows = lapply(head(large, at_most), function(i) list(row = rows[i], cooks_distance = influence$cooks[i],
      leverage = influence$leverage[i], deviance_residual = influence$residual[i])))
}

# The rarer of yes and no, over the number of slopes.
events_per_term <- function(fit, input) {
  if (fit$rank < 2) return(NULL)
  count <- if (fit$name == "binomial") min(sum(input$w * input$y), sum(input$w * (1 - input$y))) else length(input$y)
  count / (fit$rank - 1)
}

# Area under the ROC curve with DeLong's interval: ranks in all rows and within the rows of each answer.
auc_of <- function(fit, input, conf_level) {
  yes <- which(input$y == 1)
  no <- which(input$y == 0)
  if (fit$name != "binomial" || is.null(input$event) || length(yes) < 1 || length(no) < 1) return(NULL)
  all_ranks <- rank(fit$eta)
  above <- (all_ranks[yes] - rank(fit$eta[yes])) / length(no)
  below <- 1 - (all_ranks[no] - rank(fit$eta[no])) / length(yes)
  auc <- mean(above)
  variance <- (if (length(yes) > 1) var(above) / length(yes) else NA) + (if (length(no) > 1) var(below) / length(no) else NA)
  if (!is.na(variance) && variance <= 0) variance <- NA # answers told apart without error: the interval would be a point
  half <- qnorm((1 + conf_level) / 2) * sqrt(variance)
  list(estimate = auc, ci_low = max(0, auc - half), ci_high = min(1, auc + half))
}

confusion_of <- function(fit, input, threshold = 0.5) {
  if (fit$name != "binomial" || is.null(input$event)) return(NULL)
  said <- fit$mu >= threshold
  true <- input$y == 1
  cell <- function(a, b) sum(a & b)
  share <- function(a, b) if (b > 0) a / b else NA_real_
  list(threshold = threshold, true_positive = cell(said, true), false_positive = cell(said, !true),
    true_negative = cell(!said, !true), false_negative = cell(!said, true),
    accuracy = mean(said == true), sensitivity = share(cell(said, true), sum(true)),
    specificity = share(cell(!said, !true), sum(!true)))
}

diagnose <- function(fit, input, inference, conf_level) {
  perfect <- fit$deviance <= 1e-12 * max(fit$null$deviance, 1e-300) || fit$df < 1
  influence <- if (!perfect && is.finite(fit$dispersion)) influence_of(fit, inference)
  list(perfect = perfect, influence = influence, link_test = if (!perfect) link_test(fit, input),
    dispersion = dispersion_of(fit, input), events_per_term = events_per_term(fit, input),
    influential = if (!is.null(influence)) influential_rows(influence, input$rows),
    auc = auc_of(fit, input, conf_level), confusion = confusion_of(fit, input))
}
