using TfLbfgs.Tensors;
using static TfLbfgs.Gradients.Rules.RuleTable;

namespace TfLbfgs.Gradients.Rules;

/// <summary>
/// A whole LSTM in one op. The first order with respect to cell state and output is TensorFlow's kernel; through the gates, and from the
/// second
/// order on, it is a formula (<see cref="BlockLstm"/>).
/// </summary>
internal static class BlockLstmRules
{
    private const int CellState = 1;
    private const int Hidden = 6;
    private const int ForwardInputs = 9;
    private const int ForwardOutputs = 7;

    public static void AddTo(RuleTable rules)
    {
        rules.Add(OpNames.BlockLSTM, context =>
        {
            bool peephole = context.Get(OpAttributes.BlockLSTM.UsePeephole);
            if (NeedsFormula(context))
            {
                return FormulaGradient(context, inputs => new BlockLstm(OpNames.BlockLSTM, inputs, peephole, isVersion2: false)
                    .Forward(context.Get(OpAttributes.BlockLSTM.ForgetBias), context.Get(OpAttributes.BlockLSTM.CellClip)));
            }

            (IReadOnlyList<Tensor> x, IReadOnlyList<Tensor> y) = (context.Inputs, context.Outputs);
            var g = RawOps.BlockLSTMGrad(
                x[0], x[1], x[2], x[3], x[4], x[5], x[6], x[7], x[8], y[0], y[1], y[2], y[3], y[4], y[5], y[6],
                context.UpstreamOf(CellState), context.UpstreamOf(Hidden), peephole);
            return context.Result(null, g.XGrad, g.CsPrevGrad, g.HPrevGrad, g.WGrad, g.WciGrad, g.WcfGrad, g.WcoGrad, g.BGrad);
        });
        rules.Add(OpNames.BlockLSTMV2, context =>
        {
            bool peephole = context.Get(OpAttributes.BlockLSTMV2.UsePeephole);
            if (NeedsFormula(context))
            {
                return FormulaGradient(context, inputs => new BlockLstm(OpNames.BlockLSTMV2, inputs, peephole, isVersion2: true)
                    .Forward(0, context.Get(OpAttributes.BlockLSTMV2.CellClip)));
            }

            (IReadOnlyList<Tensor> x, IReadOnlyList<Tensor> y) = (context.Inputs, context.Outputs);
            // TensorFlow calls the gradient op of the first version, whose gates stand in another order.
            var g = RawOps.BlockLSTMGradV2(
                x[0], x[1], x[2], x[3], x[4], x[5], x[6], x[7], x[8], y[0], y[1], y[2], y[3], y[4], y[5], y[6],
                context.UpstreamOf(CellState), context.UpstreamOf(Hidden), peephole);
            return context.Result(null, g.XGrad, g.CsPrevGrad, g.HPrevGrad, g.WGrad, g.WciGrad, g.WcfGrad, g.WcoGrad, g.BGrad);
        });
        rules.Add(OpNames.BlockLSTMGrad, context => FormulaGradient(context, inputs =>
            Backward(inputs, OpNames.BlockLSTMGrad, context.Get(OpAttributes.BlockLSTMGrad.UsePeephole), isVersion2: false)));
        rules.Add(OpNames.BlockLSTMGradV2, context => FormulaGradient(context, inputs =>
            Backward(inputs, OpNames.BlockLSTMGradV2, context.Get(OpAttributes.BlockLSTMGradV2.UsePeephole), isVersion2: true)));
    }

    private static Tensor[] Backward(IReadOnlyList<Tensor> inputs, string op, bool peephole, bool isVersion2)
    {
        const int Upstream = ForwardInputs + ForwardOutputs;
        return new BlockLstm(op, inputs, peephole, isVersion2)
            .Backward([.. inputs.Skip(ForwardInputs).Take(ForwardOutputs)], inputs[Upstream], inputs[Upstream + 1]);
    }

    /// <summary>Whether the target depends on outputs that the kernel of the gradient leaves out.</summary>
    private static bool NeedsFormula(RuleContext context)
    {
        for (int i = 0; i < context.Outputs.Count; i++)
        {
            if (i is not (CellState or Hidden) && context.HasUpstream(i))
                return true;
        }

        return false;
    }
}
