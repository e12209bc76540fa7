# Equivalent code that a reader can run.

reader_code <- function(input, params, options) {
  names <- vapply(input$columns, `[[`, "", "name")
  v <- paste0("v", seq_along(names))
  string <- function(text) encodeString(text, quote = '"')
  at <- function(name) paste0("d[[", string(name), "]]")
  columns <- vapply(seq_along(v), function(i) paste0("  ", v[i], " = ",
    if (is.null(input$columns[[i]]$levels)) at(names[i]) else paste0("factor(", at(names[i]), ")")), "")
  y <- if (is.null(input$event)) at(input$response) else
    paste0("as.integer(", if (input$event %in% c("true", "false")) "tolower", "(as.character(", at(input$response), ")) == ",
      string(input$event), ")")
  family <- switch(options$family, negative_binomial = NULL, gamma = "Gamma", quasi = "quasipoisson", options$family)
  formula <- paste0("y ~ ", paste(v, collapse = " + "), if (input$has_offset) " + offset(o)")
  fit <- if (is.null(family)) sprintf("fit <- MASS::glm.nb(%s, data = model_data, link = %s%s)", formula, options$link,
    if (input$weighted) ", weights = w" else "") else
    sprintf("fit <- glm(%s, family = %s(link = \"%s\"), data = model_data%s, control = list(epsilon = 1e-12, maxit = 100))",
      formula, family, options$link, if (input$weighted) ", weights = w" else "")
  paste(c('d <- read.csv("data.csv", check.names = FALSE, stringsAsFactors = FALSE)', "model_data <- data.frame(",
    paste(c(paste0("  y = ", y), columns, if (input$weighted) paste0("  w = ", at(text_of(params$weights))),
      if (input$has_offset) paste0("  o = ", at(text_of(params$offset)))), collapse = ",\n"), ")", fit, "summary(fit)",
    sprintf(if (options$interval == "profile") "confint(fit, level = %s)" else "confint.default(fit, level = %s)",
      format(options$conf_level)), "AIC(fit); BIC(fit)"), collapse = "\n")
}

most_code <- 19000 # a report holds no longer code; very long or very many names of columns make it so
