# What a container of R runs: loads what tools use, warms up, says that it is ready, serves one run and ends.

started <- proc.time()[["elapsed"]]
folder <- dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE)))
for (file in c("entry.R", "container.R", "prime.R")) sys.source(file.path(folder, file), globalenv(), keep.source = FALSE)
packages <- c("jsonlite", "nanoarrow", "survival")
for (package in packages) loadNamespace(package)
invisible(summary(lm(mpg ~ wt + factor(cyl), mtcars)))
invisible(summary(glm(am ~ wt, binomial, mtcars)))
invisible(summary(survival::survfit(survival::Surv(time, status) ~ sex, survival::lung)))
prime$run()

input <- file("stdin", "rb")
output <- file("/proc/self/fd/3", "wb", raw = TRUE)
emit <- container$emit(output)
versions <- lapply(setNames(packages, packages), function(package) as.character(packageVersion(package)))
ready <- list(t = "ready", protocol = "run/1", runtime = paste("R", getRversion()), libs = versions,
  warm_ms = (proc.time()[["elapsed"]] - started) * 1000)
emit$line(assay$json(ready))
container$serve(input, output)
