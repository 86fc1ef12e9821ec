/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

#ifndef _ICE_MP_SOAK_H_
#define _ICE_MP_SOAK_H_

/**
 * @file
 * Cases that are short in the suite and long under "icemp soak", which sets in
 * the environment how much they do:
 *
 *   ICE_MP_SOAK_COUNT    events or resets; without it, as many as take seconds
 *   ICE_MP_SOAK_SECONDS  no new ones after that
 *   ICE_MP_SOAK_SEED     of everything that is random; else from the clock
 *
 * Each prints one line "soak: {…}" with its figures.
 */

#include "test.h"

/** How much a case does. */
struct soak {
	uint64_t count;		/* of events or resets */
	uint64_t end;		/* t_now_ms() of the time limit */
	uint64_t seed, rng;
	bool longrun;		/* asked for: figures are judged, too */
};

/** Read the environment and print the seed.
 * @param count  without ICE_MP_SOAK_COUNT */
void soak_begin(struct soak *s, const char *name, uint64_t count);
/** Is there time for more? */
bool soak_time(const struct soak *s);
/** A random number below n. */
uint64_t soak_rand(struct soak *s, uint64_t n);
/** Microseconds of a clock that only goes forward. */
uint64_t soak_us(void);
/** Sort, and print min, median, p99 and max as a JSON object. */
void soak_print_spread(uint64_t *us, unsigned int n);

/* Wired ports from `first` on forward to each other what was put in once. */

/** Put frames into circulation. */
int soak_circulate(uint8_t first);
/** Forward for some time; counters of events add up all the while.
 * @param rate  frames per second */
int soak_forward(uint8_t first, unsigned int ms, double *rate);
/** All that were put in are still there. */
int soak_take_out(uint8_t first);

#endif /* _ICE_MP_SOAK_H_ */
