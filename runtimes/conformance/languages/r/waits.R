run <- function(data, params, context) repeat {
  context$progress(0.1)
  Sys.sleep(0.1)
}
