// exp, log and tanh by the specification's own algorithms, equal in every engine (spec 1.5-1.7).
#pragma once

namespace quartet {

double spec_exp(double x);
double spec_log(double x);
double spec_tanh(double x);

}  // namespace quartet
