#!/bin/bash
# One controller and seven workers on four nodes, two tasks on each. Task 0 controls, as ClusterSpec.FromEnvironment() says; the others serve.
# Nodes with GPUs: one task on each (--ntasks-per-node=1 --gpus-per-node=4), which uses all of them.
#SBATCH --job-name=lbfgs
#SBATCH --nodes=4
#SBATCH --ntasks-per-node=2
#SBATCH --cpus-per-task=8
#SBATCH --time=02:00:00
#SBATCH --exclusive
#SBATCH --output=lbfgs-%j.out

set -euo pipefail

# The first port of a node; the second task takes the next one.
export TFLBFGS_PORT=7001

# A lost worker is started again at its address; the run waits for it (ClusterOptions.ReplacementTimeout). A controller that fails ends the
# job, and with it the workers: it resumes from its checkpoint when the job is submitted again.
srun --no-kill --kill-on-bad-exit=1 --distribution=block bash -c '
    if [ "$SLURM_PROCID" -eq 0 ]; then
        exec dotnet Train.dll run.state
    fi
    until dotnet Train.dll; do
        sleep 1
    done'
