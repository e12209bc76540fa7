# Assumptions, each with a verdict and what follows. Over several pairs or columns, the smallest p-value after Holm counts.

verdict_of <- function(p) if (is.na(p)) "not_checked" else if (p >= 0.05) "met" else if (p >= 0.01) "doubtful" else "violated"

# Does a square add to a straight line, either way round?
curvature <- function(x, y) {
  n <- length(x)
  if (n < 6) return(NA_real_)
  one <- function(a, b) {
    a <- standard(a)
    straight <- qr.resid(qr(cbind(1, a)), standard(b))
    square <- qr.resid(qr(cbind(1, a)), a^2)
    if (sum(square^2) < 1e-20 || sum(straight^2) < 1e-20) return(NA_real_)
    explained <- sum(straight * square)^2 / sum(square^2)
    rest <- sum(straight^2) - explained
    if (rest <= 1e-20) return(NA_real_)
    pf(explained / (rest / (n - 3)), 1, n - 3, lower.tail = FALSE)
  }
  p <- c(one(x, y), one(y, x))
  if (all(is.na(p))) NA_real_ else min(1, 2 * min(p, na.rm = TRUE))
}

# The largest change of r when one row is left out.
influence_of <- function(x, y) {
  n <- length(x)
  if (n < 5) return(list(change = NA_real_, at = NA))
  x <- standard(x); y <- standard(y)
  sx <- -x; sy <- -y
  m <- n - 1
  xy <- sum(x * y) - x * y - sx * sy / m
  xx <- 1 - x^2 - sx^2 / m
  yy <- 1 - y^2 - sy^2 / m
  r <- ifelse(xx > 1e-14 & yy > 1e-14, xy / sqrt(pmax(xx, 0) * pmax(yy, 0)), NA)
  change <- abs(r - sum(x * y))
  if (all(is.na(change))) list(change = NA_real_, at = NA) else list(change = max(change, na.rm = TRUE), at = which.max(change))
}

shapiro_p <- function(x) if (length(x) < 3 || length(x) > 5000 || is_constant(x)) NA_real_ else shapiro.test(x)$p.value

smallest <- function(p) if (all(is.na(p))) list(p = NA_real_, at = NA) else {
  adjusted <- p.adjust(p, "holm")
  list(p = min(adjusted, na.rm = TRUE), at = which.min(adjusted))
}

judge <- function(input, data, pairs, options) {
  label <- function(i) paste0(quoted(pairs[[i]]$x), " and ", quoted(pairs[[i]]$y))
  independence <- list(id = "independence", title = "Rows are independent of each other", verdict = "not_checked",
    message = paste0("This cannot be seen in the data. Rows that follow each other in time, or repeat the same units, ",
      "make correlations look more certain than they are."))
  if (options$method != "pearson") return(list(list(id = "monotone", title = "One rises or falls with the other",
    verdict = "not_checked", message = paste0("A rank correlation sees relations that rise or fall throughout; ",
      "look at the scatter plot for one that turns round.")), independence))
  curved <- smallest(vapply(data, function(d) curvature(d$x, d$y), 0))
  normal <- smallest(vapply(input$columns, function(x) shapiro_p(x[input$used & !is.na(x)]), 0))
  single <- lapply(data, function(d) influence_of(d$x, d$y))
  change <- vapply(single, `[[`, 0, "change")
  worst <- if (all(is.na(change))) NA else which.max(change)
  moved <- if (is.na(worst)) NA else change[worst]
  list(
    c(list(id = "linear", title = "The relation is a straight line", verdict = verdict_of(curved$p)), if (is.na(curved$p))
      list(message = "Not checked: too few rows, or nothing left over.") else list(statistic = curved$p, p_value = curved$p,
      test = "F test of a squared term, Holm over pairs", message = paste0(if (curved$p >= 0.05) "No sign of a curve" else
        paste0(label(curved$at), " follow a curve; Spearman's correlation, or a transformation, says more"), " (", fmt_p(curved$p), ")."))),
    c(list(id = "normal", title = "Values are normally distributed", verdict = verdict_of(normal$p)), if (is.na(normal$p))
      list(message = "Not checked: the test is for 3 to 5,000 values.") else list(statistic = normal$p, p_value = normal$p,
      test = "Shapiro-Wilk, Holm over columns", message = paste0(if (normal$p >= 0.05) "The values are compatible with it" else
        paste0("Column ", quoted(input$names[normal$at]), " is not normal", if (min(vapply(pairs, `[[`, 0L, "n")) >= 50)
          "; with this many rows the test of r is hardly touched, its interval is rough" else
          "; with so few rows the p-value and the interval are rough, Spearman's correlation is safer"), " (", fmt_p(normal$p), ")."))),
    if (is.na(worst)) list(id = "no-dominant-row", title = "No single row decides the result", verdict = "not_checked",
      message = "Not checked: too few rows.") else list(id = "no-dominant-row", title = "No single row decides the result",
      statistic = moved, test = "Largest change of r when one row is left out",
      verdict = if (moved <= 0.1) "met" else if (moved <= 0.2) "doubtful" else "violated",
      message = paste0("Leaving one row out changes r by ", fmt(moved, 2), " at most", if (moved <= 0.1) "." else paste0(
        " (", label(worst), ", row ", data[[worst]]$rows[single[[worst]]$at], "): look at this row, and at the result without it."))),
    independence)
}
