using TfLbfgs.Gradients;

namespace TfLbfgs.Tests.Documents.Coverage;

/// <summary>An op that has a gradient in Python.</summary>
/// <param name="Name">The op's name.</param>
/// <param name="HasKernel">Whether TensorFlow has a kernel of it for the CPU, XLA's included.</param>
/// <param name="Tests">What checks its rule.</param>
internal sealed record CoveredOp(string Name, bool HasKernel, IReadOnlyList<string> Tests)
{
    /// <summary>
    /// Whether there is a rule; one that passes no gradient counts, and so does what the tape itself does with an op that calls functions,
    /// which a test must show.
    /// </summary>
    public bool HasRule => GradientRegistry.Has(Name) || Tests.Any(test => test.StartsWith('`'));

    /// <summary>Whether the rule is that no gradient passes.</summary>
    public bool IsNotDifferentiable => GradientRegistry.IsNotDifferentiable(Name);

    /// <summary>Why there is no rule; null: no reason is known.</summary>
    public string? Reason => OpReasons.Of(Name);
}
