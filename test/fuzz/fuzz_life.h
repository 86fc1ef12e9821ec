/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

#ifndef _ICE_MP_FUZZ_LIFE_H_
#define _ICE_MP_FUZZ_LIFE_H_

/**
 * @file
 * What the fuzzers of the driver share: EAL, the driver's life on the device of
 * fuzz_dev.h, and that nothing is left of it.
 */

#include "fuzz_dev.h"

/** A call of the driver. */
#define CALL(x)	(fuzz_dev_call(), (x))

/** EAL and the pools, once. */
void fuzz_eal_init(const char *argv0);
/** ethdevs of the device. */
unsigned int fuzz_nb_ethdevs(void);
/** The driver probes. @return its code */
int fuzz_attach(const char *args);
/** It lets go, if it has the device. */
void fuzz_detach(void);
/** No mbuf, no memory, no ethdev, no thread. */
void fuzz_nothing_left(const char *when);

#endif /* _ICE_MP_FUZZ_LIFE_H_ */
