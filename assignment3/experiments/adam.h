/*
 * Adam, for the experiments: the update rule that assignment 2 asks for, so that this room needs
 * nothing of that one.
 * Source: Kingma and Ba, "Adam", 2015.
 */
#ifndef ASSIGNMENT3_EXPERIMENTS_ADAM_H
#define ASSIGNMENT3_EXPERIMENTS_ADAM_H

#include "update_rule.h"

/* The rule called adam. */
extern const update_rule rule_adam;

#endif
