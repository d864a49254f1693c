namespace TfLbfgs.Benchmarks.Solvers;

/// <summary>What a minimization ended with.</summary>
/// <param name="Loss">The final loss.</param>
/// <param name="Evaluations">Evaluations of loss and gradient.</param>
/// <param name="Iterations">Accepted iterations.</param>
/// <param name="Reads">Reads of small tensors from the device.</param>
internal readonly record struct Outcome(double Loss, int Evaluations, int Iterations, int Reads);
