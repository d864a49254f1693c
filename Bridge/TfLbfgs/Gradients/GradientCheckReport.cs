namespace TfLbfgs.Gradients;

/// <summary>What <see cref="GradientChecker"/> found: a row for each parameter.</summary>
/// <param name="Rows">One row for each parameter, in their order.</param>
/// <param name="Tolerance">The largest relative error that passes.</param>
public sealed record GradientCheckReport(IReadOnlyList<GradientCheckRow> Rows, double Tolerance)
{
    /// <summary>Whether every parameter passed.</summary>
    public bool Passed => Rows.All(row => row.Passed);

    /// <summary>The parameter with the largest error.</summary>
    public GradientCheckRow Worst => Rows.MaxBy(row => Math.Max(row.Error, row.WorstError))!;

    /// <summary>Throws when a parameter did not pass.</summary>
    /// <exception cref="TfLbfgsException">A gradient differs from the differences; the message holds all rows.</exception>
    public void ThrowIfFailed()
    {
        if (!Passed)
            throw new TfLbfgsException(
                $"The gradient differs from finite differences by more than {Tolerance:g3}, most for {Worst.Name}.\n{this}");
    }

    /// <summary>A line for each parameter.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => string.Join('\n', Rows);
}
