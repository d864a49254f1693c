using TfLbfgs.Tensors;

namespace TfLbfgs.Gradients.Rules;

/// <summary>A whole LSTM in one op. Its first order only: TensorFlow's gradient op has none of its own.</summary>
internal static class BlockLstmRules
{
    private const int CellState = 1;
    private const int Hidden = 6;

    public static void AddTo(RuleTable rules)
    {
        rules.Add(OpNames.BlockLSTM, context =>
        {
            ThrowIfGatesMatter(context);
            (IReadOnlyList<Tensor> x, IReadOnlyList<Tensor> y) = (context.Inputs, context.Outputs);
            var g = RawOps.BlockLSTMGrad(
                x[0], x[1], x[2], x[3], x[4], x[5], x[6], x[7], x[8], y[0], y[1], y[2], y[3], y[4], y[5], y[6],
                context.UpstreamOf(CellState), context.UpstreamOf(Hidden), context.Get(OpAttributes.BlockLSTM.UsePeephole));
            return context.Result(null, g.XGrad, g.CsPrevGrad, g.HPrevGrad, g.WGrad, g.WciGrad, g.WcfGrad, g.WcoGrad, g.BGrad);
        });
        rules.Add(OpNames.BlockLSTMV2, context =>
        {
            ThrowIfGatesMatter(context);
            (IReadOnlyList<Tensor> x, IReadOnlyList<Tensor> y) = (context.Inputs, context.Outputs);
            // TensorFlow calls the gradient op of the first version, whose gates stand in another order.
            var g = RawOps.BlockLSTMGradV2(
                x[0], x[1], x[2], x[3], x[4], x[5], x[6], x[7], x[8], y[0], y[1], y[2], y[3], y[4], y[5], y[6],
                context.UpstreamOf(CellState), context.UpstreamOf(Hidden), context.Get(OpAttributes.BlockLSTMV2.UsePeephole));
            return context.Result(null, g.XGrad, g.CsPrevGrad, g.HPrevGrad, g.WGrad, g.WciGrad, g.WcfGrad, g.WcoGrad, g.BGrad);
        });
    }

    private static void ThrowIfGatesMatter(RuleContext context)
    {
        for (int i = 0; i < context.Outputs.Count; i++)
        {
            if (i is not (CellState or Hidden) && context.HasUpstream(i))
            {
                throw new TfLbfgsException(
                    $"The gradient of {context.Operation.Name}: expected a target that depends on the outputs cs and h only, "
                    + $"received one that depends on output {i}. "
                    + "TensorFlow computes no gradient through the gates; write the cell with other ops.");
            }
        }
    }
}
