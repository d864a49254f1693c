namespace TfLbfgs.Optimization;

/// <summary>Counts how many values in a row were no improvement.</summary>
/// <param name="limit">How many end the run; null: none does.</param>
/// <param name="minimumImprovement">A value counts when it is lower than the best one by more than this.</param>
internal sealed class Patience(int? limit, double minimumImprovement)
{
    /// <summary>The value to fall below.</summary>
    public double Best { get; private set; } = double.PositiveInfinity;

    /// <summary>How many in a row were none.</summary>
    public int Waited { get; private set; }

    /// <summary>Whether it is at its end.</summary>
    public bool IsExhausted => Waited >= limit;

    /// <summary>Takes the next value; one that is not a number is no improvement.</summary>
    public void Add(double value)
    {
        if (value < Best - minimumImprovement)
        {
            Best = value;
            Waited = 0;
        }
        else
        {
            Waited++;
        }
    }
}
