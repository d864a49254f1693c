using Rules = TfLbfgs.Optimization.ZoomRules<TfLbfgs.Optimization.HostScalar, TfLbfgs.Optimization.HostTruth>;

namespace TfLbfgs.Optimization;

/// <summary>
/// Strong Wolfe line search by bracketing and cubic zoom (Nocedal and Wright 2006, Alg. 3.5 and 3.6), with the approximate Wolfe conditions
/// of Hager and Zhang 2005 inside the noise of the loss,
/// and a wall at the smallest step whose result is not finite. The default.
/// </summary>
public sealed record CubicZoom : LineSearch
{
    /// <inheritdoc/>
    protected internal override IEnumerable<double> Steps(Line line)
    {
        ZoomState<HostScalar> state = Rules.Begin(line.Start.ToZoom(), line.FirstStep);
        while (true)
        {
            yield return state.Step;
            (state, HostScalar status) = Rules.Next(state, line.Last.ToZoom(), line.Last.IsFinite, line.Conditions, line.IsUsedUp);
            LineSearchFailure failure;
            switch ((ZoomStatus)(int)status.Value)
            {
                case ZoomStatus.Running:
                    continue;
                case ZoomStatus.Accepted:
                    line.Accept();
                    yield break;
                case ZoomStatus.NoBracket:
                    line.Fail(LineSearchFailure.NoBracket);
                    yield break;
                case ZoomStatus.NoWidth:
                    failure = LineSearchFailure.NoWidth;
                    break;
                case ZoomStatus.NotFinite:
                    failure = LineSearchFailure.NotFinite;
                    break;
                default:
                    failure = LineSearchFailure.Limit;
                    break;
            }

            line.Fail(failure, LinePoint.Of(state.Low), state.HasHigh.Value > 0 ? LinePoint.Of(state.High) : null);
            yield break;
        }
    }
}
