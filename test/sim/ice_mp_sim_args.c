/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

/**
 * @file
 * Devargs of the simulated device:
 *
 *   ports=N          ports of the device, 1..8 (default 1)
 *   wire=A:B+C:D     ports joined by wires; A:A is a loopback plug
 *   queues=N         Rx (= Tx) queues of the PF
 *   vectors=N        MSI-X vectors of the PF
 *   vfs=N            VFs the device can have, 0..256 (default none)
 *   vfs=[N]          the driver's vfs=N
 *   mac=XX:…:XX      address of port 0; the others count up from it
 *   speed0=G … speed7=G   Gb/s a port is built for: 10, 25, 40, 50, 100 (default)
 *   script=FILE      fault script started before the driver probes
 *
 * Everything else, and ports=[…] with brackets, goes to the driver as it is.
 * Where the same key is the device's and the driver's, brackets tell them apart.
 */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <rte_ether.h>
#include <rte_kvargs.h>
#include <rte_string_fns.h>

#include "ice_mp_sim_priv.h"

static int
parse_uint(const char *key, const char *val, unsigned long min, unsigned long max,
	   unsigned long *out)
{
	char *end;

	errno = 0;
	*out = strtoul(val, &end, 10);
	if (errno != 0 || end == val || *end != '\0' || *out < min || *out > max) {
		SIM_LOG(ERR, "%s=%s is not a number from %lu to %lu", key, val, min, max);
		return -EINVAL;
	}
	return 0;
}

static int
parse_wire(const char *val, struct sim_args *args)
{
	const char *p = val;

	for (;;) {
		unsigned int a, b;
		int used = 0;

		if (sscanf(p, "%1u:%1u%n", &a, &b, &used) != 2 || used != 3)
			goto bad;
		if (a >= args->cfg.nb_ports || b >= args->cfg.nb_ports) {
			SIM_LOG(ERR, "wire=%s: the device has %u ports", val, args->cfg.nb_ports);
			return -EINVAL;
		}
		if (args->wire[a] != 0xFF || args->wire[b] != 0xFF) {
			SIM_LOG(ERR, "wire=%s: a port has one plug only", val);
			return -EINVAL;
		}
		args->wire[a] = b;
		args->wire[b] = a;
		p += used;
		if (*p == '\0')
			return 0;
		if (*p++ != '+')
			goto bad;
	}
bad:
	SIM_LOG(ERR, "wire=%s: expected A:B or A:B+C:D…", val);
	return -EINVAL;
}

static int
parse_mac(const char *val, struct sim_args *args)
{
	struct rte_ether_addr mac;
	unsigned int i;

	if (rte_ether_unformat_addr(val, &mac) != 0 || !rte_is_valid_assigned_ether_addr(&mac)) {
		SIM_LOG(ERR, "mac=%s is not a unicast address", val);
		return -EINVAL;
	}
	for (i = 0; i < ICE_CORE_MAX_PORTS; i++) {
		uint32_t low = ((uint32_t)mac.addr_bytes[3] << 16 | mac.addr_bytes[4] << 8 |
				mac.addr_bytes[5]) + i;

		memcpy(args->cfg.mac[i], mac.addr_bytes, 3);
		args->cfg.mac[i][3] = low >> 16;
		args->cfg.mac[i][4] = low >> 8;
		args->cfg.mac[i][5] = low;
	}
	return 0;
}

static int
parse_speed(const char *key, const char *val, uint16_t *speed)
{
	static const uint16_t speeds[] = { 10, 25, 40, 50, 100 };
	unsigned long n;
	unsigned int i;

	if (parse_uint(key, val, 10, 100, &n) != 0)
		return -EINVAL;
	for (i = 0; i < RTE_DIM(speeds); i++)
		if (speeds[i] == n)
			*speed = n;
	if (*speed != n) {
		SIM_LOG(ERR, "%s=%s: there is no such speed", key, val);
		return -EINVAL;
	}
	return 0;
}

/* Distinct for every device of this process and the same in every run. */
static void
default_macs(const char *name, struct sim_args *args)
{
	uint32_t hash = 2166136261u;
	unsigned int i;

	while (*name != '\0')
		hash = (hash ^ (uint8_t)*name++) * 16777619u;
	for (i = 0; i < ICE_CORE_MAX_PORTS; i++) {
		args->cfg.mac[i][0] = 0x02;
		args->cfg.mac[i][1] = hash >> 24;
		args->cfg.mac[i][2] = hash >> 16;
		args->cfg.mac[i][3] = hash >> 8;
		args->cfg.mac[i][4] = hash;
		args->cfg.mac[i][5] = i;
	}
}

static int
parse_pair(const struct rte_kvargs_pair *pair, struct sim_args *args, bool *mine)
{
	const char *val = pair->value;
	unsigned long n;

	*mine = true;
	if (strcmp(pair->key, "queues") == 0) {
		if (parse_uint(pair->key, val, 1, SIM_MAX_QUEUES, &n) != 0)
			return -EINVAL;
		args->cfg.nb_queues = n;
		return 0;
	}
	if (strcmp(pair->key, "vectors") == 0) {
		if (parse_uint(pair->key, val, 2, 2048, &n) != 0)
			return -EINVAL;
		args->cfg.nb_vectors = n;
		return 0;
	}
	if (strcmp(pair->key, "vfs") == 0 && val[0] != '[') {
		if (parse_uint(pair->key, val, 0, ICE_CORE_MAX_FNS - 1, &n) != 0)
			return -EINVAL;
		args->cfg.nb_vfs = n;
		return 0;
	}
	if (strlen(pair->key) == 6 && strncmp(pair->key, "speed", 5) == 0 &&
	    pair->key[5] >= '0' && pair->key[5] < '0' + ICE_CORE_MAX_PORTS)
		return parse_speed(pair->key, val, &args->cfg.speed[pair->key[5] - '0']);
	if (strcmp(pair->key, "wire") == 0)
		return parse_wire(val, args);
	if (strcmp(pair->key, "mac") == 0)
		return parse_mac(val, args);
	if (strcmp(pair->key, "script") == 0) {
		if (strlcpy(args->script, val, sizeof(args->script)) >= sizeof(args->script)) {
			SIM_LOG(ERR, "script: the path is too long");
			return -EINVAL;
		}
		return 0;
	}
	*mine = false;
	return 0;
}

static bool
is_port_count(const struct rte_kvargs_pair *pair)
{
	return strcmp(pair->key, "ports") == 0 && pair->value != NULL && pair->value[0] != '[';
}

int
sim_args_parse(const char *name, const char *str, struct sim_args *args)
{
	struct rte_kvargs *kv;
	unsigned long n;
	unsigned int i;
	size_t used = 0;
	int rc = -EINVAL;

	memset(args, 0, sizeof(*args));
	memset(args->wire, 0xFF, sizeof(args->wire));
	args->cfg.nb_ports = 1;
	default_macs(name, args);
	if (str == NULL || str[0] == '\0')
		return 0;
	kv = rte_kvargs_parse(str, NULL);
	if (kv == NULL) {
		SIM_LOG(ERR, "cannot parse \"%s\"", str);
		return -EINVAL;
	}
	/* Each pair is copied at most once, with '=' and a separator. */
	args->driver_args = calloc(1, 2 * strlen(str) + 16);
	if (args->driver_args == NULL) {
		rc = -ENOMEM;
		goto out;
	}
	/* wire= is checked against the count, wherever that stands. */
	for (i = 0; i < kv->count; i++) {
		if (!is_port_count(&kv->pairs[i]))
			continue;
		if (parse_uint("ports", kv->pairs[i].value, 1, ICE_CORE_MAX_PORTS, &n) != 0)
			goto out;
		args->cfg.nb_ports = n;
	}
	for (i = 0; i < kv->count; i++) {
		const struct rte_kvargs_pair *pair = &kv->pairs[i];
		unsigned int strip;
		bool mine;

		if (is_port_count(pair))
			continue;
		if (pair->value == NULL) {
			SIM_LOG(ERR, "%s needs a value", pair->key);
			goto out;
		}
		if (parse_pair(pair, args, &mine) != 0)
			goto out;
		if (mine)
			continue;
		/* The driver's vfs= is a number, too. */
		strip = strcmp(pair->key, "vfs") == 0 ? 1 : 0;
		used += sprintf(args->driver_args + used, "%s%s=%.*s", used ? "," : "", pair->key,
				(int)strlen(pair->value) - 2 * strip, pair->value + strip);
	}
	rc = 0;
out:
	rte_kvargs_free(kv);
	return rc;
}
