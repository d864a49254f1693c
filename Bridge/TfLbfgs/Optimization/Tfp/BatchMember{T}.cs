using System.Numerics;

namespace TfLbfgs.Optimization;

/// <summary>What the host knows of one member.</summary>
internal sealed class BatchMember<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The loss at the first point.</summary>
    public T InitialValue { get; init; }

    /// <summary>The loss.</summary>
    public T Value { get; set; }

    /// <summary>max |g_i|.</summary>
    public T GradientMax { get; set; }

    /// <summary>g.g</summary>
    public T GradientSquared { get; set; }

    /// <summary>Whether every component of the gradient is finite.</summary>
    public bool IsGradientFinite { get; set; }

    /// <summary>The slope along the current direction.</summary>
    public T Slope { get; set; }

    /// <summary>tfp's flag.</summary>
    public bool Converged { get; set; }

    /// <summary>tfp's flag.</summary>
    public bool Failed { get; set; }

    /// <summary>Why it ended; null: it has not.</summary>
    public StopReason? Reason { get; private set; }

    /// <summary>Why it ended, in a sentence.</summary>
    public string Message { get; private set; } = "";

    /// <summary>Iterations up to its end.</summary>
    public int Iterations { get; set; }

    /// <summary>The step of the last accepted point.</summary>
    public T Step { get; set; }

    /// <summary>Whether it has ended, well or badly.</summary>
    public bool IsDone => Converged || Failed || Reason is not null;

    /// <summary>Takes the point of a trial over.</summary>
    public void MoveTo(BatchTrial<T> trial, int index)
    {
        Value = trial.Value(index);
        GradientMax = trial.GradientMax(index);
        GradientSquared = trial.GradientSquared(index);
        IsGradientFinite = trial.IsGradientFinite(index);
        Step = trial.Step(index);
    }

    /// <summary>Says why it ended; the first reason stays.</summary>
    public void End(StopReason reason, string message)
    {
        if (Reason is not null)
            return;
        Reason = reason;
        Message = message;
    }
}
