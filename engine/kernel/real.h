/* Real functions of our own, the same bits on every machine: only +, -, *, / and sqrt of binary64,
 * in the order written, no fused multiply-add, no table that depends on the CPU (scoring.md
 * section 7).
 *
 *   function        domain                   error (tests measure it)
 *   real_exp        any; saturates to 0/inf  < 1 ulp
 *   real_sigmoid    any                      < 3 ulp
 *   real_sin, _cos  |x| <= 4 pi              < 2 ulp or 1e-18 absolute
 *   real_asin       [-1, 1]                  < 4 ulp
 *
 * The sigmoid is 1 / (1 + exp(-x)), for x < 0 exp(x) / (1 + exp(x)).
 *
 * real_dot16 is the one order of summation for dot products: element i goes to partial sum i mod 16
 * (each product rounded, then added), and the 16 sums are added pairwise: s[j] += s[j + 8], then 4,
 * 2, 1. */
#ifndef MATCHD_ENGINE_KERNEL_REAL_H
#define MATCHD_ENGINE_KERNEL_REAL_H

#include "engine/base/base.h"

#define EARTH_RADIUS_KM 6371.0088

double real_exp(double x);
double real_sigmoid(double x);
double real_sin(double x);
double real_cos(double x);
double real_asin(double x);

/* n is a multiple of 16. */
double real_dot16(const double *x, const double *y, uint32_t n);
double real_dot16_mixed(const float *x, const double *y, uint32_t n);

/* Great circles by the haversine's chord: with u, v on the unit sphere, |u - v|^2 = 4 sin^2(angle /
 * 2), so "distance <= limit" is "chord2 <= chord2 of the limit". From half the circumference on the
 * limit is 5, which no rounded chord2 reaches: nothing is farther. */
void real_unit_sphere(double latitude_degrees, double longitude_degrees, double unit[3]);
double real_chord2(const double u[3], const double v[3]);
double real_chord2_of_km(double km); /* km >= 0 */
double real_km_of_chord2(double chord2);

#endif
