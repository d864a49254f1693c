#!/bin/bash
# One controller and seven workers on four nodes, two tasks on each. Task 0 controls, as ClusterSpec.FromEnvironment() says; the others serve.
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

# A lost worker is started again at its address; the run waits for it (ClusterOptions.ReplacementTimeout).
# The controller is not started again by this loop: it resumes from its checkpoint when the job is submitted anew.
srun --kill-on-bad-exit=0 --distribution=block bash -c '
    if [ "$SLURM_PROCID" -eq 0 ]; then
        exec dotnet Train.dll --checkpoint run.state
    fi
    until dotnet Train.dll; do
        sleep 1
    done'
