/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

/**
 * @file
 * VFs of the simulated device: what they may reach by DMA, the messages of
 * their vectors, and the bench's calls that stand for their host.
 */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "ice_mp_sim_priv.h"
#include "ice_mp_vf_regs.h"

/** Pieces of memory a VF can be granted. */
#define SIM_VF_GRANTS	64

struct sim_vf {
	struct {
		uintptr_t from, to;	/* to: one beyond */
	} grant[SIM_VF_GRANTS];
	unsigned int nb_grants;
	uint64_t msix[ICE_MP_VF_MAX_VECTORS];
};

int
sim_vf_init(struct sim_dev *sim, uint16_t nb)
{
	if (nb == 0)
		return 0;
	sim->vfs = calloc(nb, sizeof(*sim->vfs));
	if (sim->vfs == NULL)
		return -ENOMEM;
	sim->nb_vfs = nb;
	return 0;
}

void
sim_vf_fini(struct sim_dev *sim)
{
	free(sim->vfs);
	sim->vfs = NULL;
	sim->nb_vfs = 0;
}

void *
sim_vf_dma(struct sim_dev *sim, uint16_t fn, uint64_t addr, size_t len)
{
	const struct sim_vf *vf;
	unsigned int i;

	if (fn < ICE_CORE_FN_VF(0) || fn >= ICE_CORE_FN_VF(sim->nb_vfs) || len == 0)
		return NULL;
	vf = &sim->vfs[fn - ICE_CORE_FN_VF(0)];
	for (i = 0; i < vf->nb_grants; i++)
		if (addr >= vf->grant[i].from && addr < vf->grant[i].to &&
		    len <= vf->grant[i].to - addr)
			return (void *)(uintptr_t)addr;
	return NULL;
}

void
sim_vf_raised(struct sim_dev *sim, uint16_t fn, uint16_t vec)
{
	if (fn < ICE_CORE_FN_VF(0) || fn >= ICE_CORE_FN_VF(sim->nb_vfs) ||
	    vec >= ICE_MP_VF_MAX_VECTORS) {
		SIM_LOG(ERR, "%s: vector %u of function %u, which there is not", sim->name, vec,
			fn);
		return;
	}
	sim->vfs[fn - ICE_CORE_FN_VF(0)].msix[vec]++;
}

/* Look up and enter; *rc tells why not. A VF has to be enabled. */
static struct sim_dev *
vf_enter(const char *name, uint16_t vf, int *rc)
{
	struct sim_dev *sim = sim_api_enter(name);

	*rc = sim == NULL ? -ENODEV : vf >= sim->nb_vfs_on ? -ENOENT : 0;
	if (*rc == 0)
		return sim;
	if (sim != NULL)
		sim_api_leave(sim);
	return NULL;
}

int
ice_mp_sim_vf_enable(const char *name, uint16_t nb)
{
	struct sim_dev *sim = sim_api_enter(name);
	uint16_t vf;
	int rc = 0;

	if (sim == NULL)
		return -ENODEV;
	if (nb > sim->nb_vfs) {
		rc = -ERANGE;
	} else {
		ice_core_set_vfs(sim->core, nb);
		for (vf = nb; vf < sim->nb_vfs; vf++)
			memset(&sim->vfs[vf], 0, sizeof(sim->vfs[vf]));
		sim->nb_vfs_on = nb;
	}
	sim_api_leave(sim);
	return rc;
}

int
ice_mp_sim_vf_reg_read(const char *name, uint16_t vf, uint32_t reg, uint32_t *val)
{
	struct sim_dev *sim;
	int rc;

	sim = vf_enter(name, vf, &rc);
	if (sim == NULL)
		return rc;
	*val = UINT32_MAX;
	if (!atomic_load(&sim->gone))
		*val = ice_core_reg_read(sim->core, ICE_CORE_FN_VF(vf), reg, 4);
	sim_api_leave(sim);
	return 0;
}

int
ice_mp_sim_vf_reg_write(const char *name, uint16_t vf, uint32_t reg, uint32_t val)
{
	struct sim_dev *sim;
	int rc;

	sim = vf_enter(name, vf, &rc);
	if (sim == NULL)
		return rc;
	if (!atomic_load(&sim->gone))
		ice_core_reg_write(sim->core, ICE_CORE_FN_VF(vf), reg, val, 4);
	sim_api_leave(sim);
	return 0;
}

int
ice_mp_sim_vf_flr(const char *name, uint16_t vf)
{
	struct sim_dev *sim;
	int rc;

	sim = vf_enter(name, vf, &rc);
	if (sim == NULL)
		return rc;
	ice_core_vf_reset(sim->core, vf);
	sim_api_leave(sim);
	return 0;
}

int
ice_mp_sim_vf_grant(const char *name, uint16_t vf, void *addr, size_t len)
{
	uintptr_t from = (uintptr_t)addr;
	struct sim_dev *sim;
	struct sim_vf *v;
	int rc;

	if (len == 0 || from + len < from)
		return -EINVAL;
	sim = vf_enter(name, vf, &rc);
	if (sim == NULL)
		return rc;
	v = &sim->vfs[vf];
	if (v->nb_grants == SIM_VF_GRANTS) {
		rc = -ENOSPC;
	} else {
		v->grant[v->nb_grants].from = from;
		v->grant[v->nb_grants++].to = from + len;
	}
	sim_api_leave(sim);
	return rc;
}

int
ice_mp_sim_vf_revoke(const char *name, uint16_t vf)
{
	struct sim_dev *sim;
	int rc;

	sim = vf_enter(name, vf, &rc);
	if (sim == NULL)
		return rc;
	sim->vfs[vf].nb_grants = 0;
	sim_api_leave(sim);
	return 0;
}

int
ice_mp_sim_vf_msix(const char *name, uint16_t vf, uint16_t vec, uint64_t *count)
{
	struct sim_dev *sim;
	int rc;

	if (vec >= ICE_MP_VF_MAX_VECTORS)
		return -EINVAL;
	sim = vf_enter(name, vf, &rc);
	if (sim == NULL)
		return rc;
	*count = sim->vfs[vf].msix[vec];
	sim->vfs[vf].msix[vec] = 0;
	sim_api_leave(sim);
	return 0;
}

int64_t
ice_mp_sim_fn_violations(const char *name, uint16_t fn)
{
	struct sim_dev *sim = sim_api_enter(name);
	int64_t n;

	if (sim == NULL)
		return -ENODEV;
	n = fn > sim->nb_vfs ? -ENOENT : (int64_t)ice_core_fn_violations(sim->core, fn);
	sim_api_leave(sim);
	return n;
}

int
ice_mp_sim_fn_digest(const char *name, uint16_t fn, uint64_t *digest)
{
	struct sim_dev *sim = sim_api_enter(name);

	if (sim == NULL)
		return -ENODEV;
	*digest = ice_core_fn_digest(sim->core, fn);
	sim_api_leave(sim);
	return 0;
}
