namespace TfLbfgs.Optimization;

/// <summary>The constants of a Hager–Zhang search, with tfp's values.</summary>
internal sealed record HagerZhangOptions
{
    /// <summary>epsilon: a point counts as low enough up to f(0) + epsilon |f(0)|. tfp: 1e-6.</summary>
    public double ApproximateWolfe { get; init; } = 1e-6;

    /// <summary>gamma: the interval must shrink to this part of its width, or it is bisected.</summary>
    public double Shrinkage { get; init; } = 0.66;

    /// <summary>rho: by how much the interval grows while it does not hold a minimum.</summary>
    public double Expansion { get; init; } = 5;

    /// <summary>delta of the sufficient decrease.</summary>
    public double SufficientDecrease { get; init; } = 0.1;

    /// <summary>sigma of the curvature condition.</summary>
    public double Curvature { get; init; } = 0.9;

    /// <summary>The most rounds of a search, those that look for the bracket included.</summary>
    public int MaxIterations { get; init; } = 50;
}
