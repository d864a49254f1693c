namespace TfLbfgs.Optimization;

/// <summary>
/// The strong Wolfe search of PyTorch step by step: brackets by cubic extrapolation of at most ten times the step, and narrows by cubic
/// steps that keep a tenth of the bracket away from its ends. It accepts the lower end of the bracket where trials are used up, or where
/// the bracket moves no component by more than <see cref="ChangeTolerance"/>. For <see cref="LbfgsOptions.TorchCompatible"/>;
/// <see cref="CubicZoom"/> is the search to choose otherwise. Python: <c>torch.optim.LBFGS(line_search_fn="strong_wolfe")</c>.
/// </summary>
public sealed record TorchStrongWolfe : LineSearch
{
    private const double LeastGrowth = 0.01;
    private const double MostGrowth = 10;
    private const double Margin = 0.1;

    /// <summary>
    /// The first step along a learnt direction, finite and positive; default 1. At the start it is times min(1, 1/|g|_1). Python:
    /// <c>lr</c>.
    /// </summary>
    public double LearningRate { get; init; } = 1;

    /// <summary>
    /// The bracket is small where it moves no component by this, at least 0; default 1e-9. Python: <c>tolerance_change</c>.
    /// </summary>
    public double ChangeTolerance { get; init; } = 1e-9;

    /// <inheritdoc/>
    protected internal override void Validate()
    {
        Require(LearningRate > 0 && double.IsFinite(LearningRate), nameof(LearningRate), "a positive number", LearningRate);
        Require(ChangeTolerance >= 0, nameof(ChangeTolerance), "0 or more", ChangeTolerance);
    }

    /// <inheritdoc/>
    protected internal override double FirstStep(double proposed) => LearningRate;

    /// <inheritdoc/>
    protected internal override double FirstSteepestStep(GradientSize gradient, double proposed) =>
        FixedStep.TorchStart(gradient, LearningRate);

    /// <inheritdoc/>
    protected internal override IEnumerable<double> Steps(Line line)
    {
        LinePoint former = line.Start;
        LinePoint low = line.Start, high;
        double step = line.FirstStep;
        while (true)
        {
            yield return step;
            LinePoint trial = line.Last;
            if (line.IsUsedUp)
            {
                Accept(line, line.Start.Value <= trial.Value ? line.Start : trial);
                yield break;
            }

            if (IsTooHigh(line, trial) || (line.Trials > 2 && trial.Value >= former.Value) || (trial.Slope >= 0 && !IsFlat(line, trial)))
            {
                (low, high) = former.Value <= trial.Value || !(trial.Value <= former.Value) ? (former, trial) : (trial, former);
                break;
            }

            if (IsFlat(line, trial))
            {
                Accept(line, trial);
                yield break;
            }

            step = Cubic(former, trial, trial.Step + (LeastGrowth * (trial.Step - former.Step)), MostGrowth * trial.Step);
            former = trial;
        }

        bool isSlow = false;
        while (!line.IsUsedUp && !(Math.Abs(high.Step - low.Step) * Reach(line) < ChangeTolerance))
        {
            (double least, double most) = (Math.Min(low.Step, high.Step), Math.Max(low.Step, high.Step));
            step = low.Step <= high.Step ? Cubic(low, high, least, most) : Cubic(high, low, least, most);
            double margin = Margin * (most - least);
            if (Math.Min(most - step, step - least) < margin)
            {
                bool moves = isSlow || step >= most || step <= least;
                if (moves)
                    step = Math.Abs(step - most) < Math.Abs(step - least) ? most - margin : least + margin;
                isSlow = !moves;
            }
            else
            {
                isSlow = false;
            }

            yield return step;
            LinePoint trial = line.Last;
            if (IsTooHigh(line, trial) || trial.Value >= low.Value)
            {
                (low, high) = low.Value <= trial.Value || !(trial.Value <= low.Value) ? (low, trial) : (trial, low);
                continue;
            }

            if (IsFlat(line, trial))
            {
                low = trial;
                break;
            }

            if (trial.Slope * (high.Step - low.Step) >= 0)
                high = low;
            low = trial;
        }

        Accept(line, low);
    }

    private static bool IsTooHigh(Line line, LinePoint point) =>
        point.Value > line.Start.Value + (line.SufficientDecrease * point.Step * line.Start.Slope);

    private static bool IsFlat(Line line, LinePoint point) => Math.Abs(point.Slope) <= -line.Curvature * line.Start.Slope;

    /// <summary>max |d_i|, by the last trial.</summary>
    private static double Reach(Line line) => line.Moved / line.Last.Step;

    private static void Accept(Line line, LinePoint point)
    {
        if (point.Step > 0 && point.IsFinite)
            line.Accept(point.Step);
        else
            line.Fail(point.IsFinite ? LineSearchFailure.NoWidth : LineSearchFailure.NotFinite);
    }

    /// <summary>The minimizer of the cubic through two points, clamped; the middle of the bounds where there is none.</summary>
    private static double Cubic(LinePoint a, LinePoint b, double least, double most)
    {
        double first = a.Slope + b.Slope - (3 * (a.Value - b.Value) / (a.Step - b.Step));
        double squared = (first * first) - (a.Slope * b.Slope);
        if (!(squared >= 0))
            return (least + most) / 2;
        double second = Math.Sqrt(squared);
        double step = b.Step - ((b.Step - a.Step) * ((b.Slope + second - first) / (b.Slope - a.Slope + (2 * second))));
        return double.IsNaN(step) ? (least + most) / 2 : Math.Clamp(step, least, most);
    }
}
