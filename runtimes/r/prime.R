# What a container of R does before it says that it is ready: it serves a run of its own once, so that R has loaded and
# compiled what every run needs. Nothing of it is left: a run sets its own seed and options.

prime <- new.env()

prime$tool <- "
run <- function(data, params, context) {
  context$progress(0.5, 'half')
  context$warn('PRIME', 'text')
  fit <- lm(n ~ i, data)
  list(values = list(estimate = unname(coef(fit)[2]), none = NaN), summary = list('one', 'two'),
    method = list(text = 'text', reference = 'text', options = list(a = 1)),
    assumptions = list(list(name = 'text', holds = TRUE, detail = 'text')), code = c('a', 'b'),
    tables = list(list(name = 'a', title = 'A', data = data.frame(term = c('x', 'y'), value = c(1.5, NA)))),
    figures = list(list(name = 'b', title = 'B', alt = 'text', spec = list(mark = 'line', data = I(c(1, 2))))))
}
"

prime$frames <- function() {
  data <- data.frame(n = c(1.5, NA, 2), i = 1:3, b = c(TRUE, NA, FALSE), g = c("a", NA, "\u00e9"),
    d = as.Date("2026-01-31") + 0:2, t = as.POSIXct("2026-01-31", tz = "UTC") + 0:2)
  types <- c("number", "integer", "boolean", "text", "date", "timestamp")
  schema <- lapply(seq_along(data), function(at) list(name = names(data)[at], type = types[at]))
  stream <- rawConnection(raw(), "wb")
  on.exit(close(stream))
  nanoarrow::write_nanoarrow(data, stream)
  job <- list(tool = "prime", program = "main.R", seed = 1, params = list(a = 1, b = list("x")),
    inputs = list(list(slot = "data", schema = list(columns = schema))))
  frame <- function(header, body) c(charToRaw(paste0(assay$json(c(header, list(bytes = length(body)))), "\n")), body)
  c(frame(list(t = "run"), charToRaw(assay$json(job))),
    frame(list(t = "code", name = "main.R"), charToRaw(prime$tool)),
    frame(list(t = "input", slot = "data"), rawConnectionValue(stream)),
    charToRaw("{\"t\":\"go\"}\n"))
}

# A closure is compiled when it is called for the second time.
prime$run <- function(times = 2L) {
  frames <- prime$frames()
  for (time in seq_len(times)) {
    input <- rawConnection(frames, "rb")
    output <- rawConnection(raw(), "wb")
    container$serve(input, output)
    said <- rawToChar(rawConnectionValue(output))
    close(input)
    close(output)
    if (!grepl("{\"t\":\"done\"}", said, fixed = TRUE)) stop("the run before the first one failed: ", said)
  }
}
