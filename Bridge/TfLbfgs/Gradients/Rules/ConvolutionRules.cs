using TfLbfgs.Tensors;

namespace TfLbfgs.Gradients.Rules;

/// <summary>Convolutions and their gradient ops.</summary>
internal static class ConvolutionRules
{
    public static void AddTo(RuleTable rules)
    {
        Add(rules, OpNames.Conv2D, OpNames.Conv2DBackpropInput, OpNames.Conv2DBackpropFilter, context => new Convolution2D(context));
        Add(
            rules, OpNames.DepthwiseConv2dNative, OpNames.DepthwiseConv2dNativeBackpropInput, OpNames.DepthwiseConv2dNativeBackpropFilter,
            context => new DepthwiseConvolution(context));
        Add(rules, OpNames.Conv3D, OpNames.Conv3DBackpropInputV2, OpNames.Conv3DBackpropFilterV2, context => new Convolution3D(context));
    }

    /// <summary>Adds the rules of an op and of its two gradient ops, which are made with the same attributes.</summary>
    private static void Add(RuleTable rules, string forward, string toInput, string toFilter, Func<RuleContext, Convolution> of)
    {
        rules.Add(forward, context =>
        {
            (Tensor input, Tensor filter, Tensor g) = (context.Inputs[0], context.Inputs[1], context.Upstream);
            Convolution convolution = of(context);
            return context.Result(
                context.Needs(0) ? convolution.InputGradient(input, filter, g) : null,
                context.Needs(1) ? convolution.FilterGradient(input, filter, g) : null);
        });
        rules.Add(toInput, context =>
        {
            (Tensor filter, Tensor output, Tensor g) = (context.Inputs[1], context.Inputs[2], context.Upstream);
            Convolution convolution = of(context);
            return context.Result(
                null,
                context.Needs(1) ? convolution.FilterGradient(g, filter, output) : null,
                context.Needs(2) ? convolution.Forward(g, filter) : null);
        });
        rules.Add(toFilter, context =>
        {
            (Tensor input, Tensor output, Tensor g) = (context.Inputs[0], context.Inputs[2], context.Upstream);
            Convolution convolution = of(context);
            return context.Result(
                context.Needs(0) ? convolution.InputGradient(input, g, output) : null,
                null,
                context.Needs(2) ? convolution.Forward(input, g) : null);
        });
    }
}
