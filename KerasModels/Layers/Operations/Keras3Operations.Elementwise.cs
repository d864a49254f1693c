using TfLbfgs.Keras.Activations;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

internal static partial class Keras3Operations
{
    private static void AddElementwise(OperationTable table)
    {
        table.Unary("Absolute Abs", Tf.Abs);
        table.Unary("Fabs", x => Tf.Abs(Promotion.Floating(x)));
        table.Unary("Negative", Tf.Negative);
        table.Unary("Sign", Tf.Sign);
        table.Unary("Square", Tf.Square);
        table.Unary("Conjugate Conj", x => x.DType.IsComplex ? Tf.Conj(x) : Tf.Identity(x));
        table.Unary("Real", x => x.DType.IsComplex ? Tf.Real(x) : Tf.Identity(x));
        table.Unary("Imag", x => x.DType.IsComplex ? Tf.Imag(x) : Tf.ZerosLike(x));
        table.Unary("Angle", x => Tf.Math.Angle(Promotion.Floating(x)));
        table.Unary("Copy", Tf.Identity);
        table.Add("StopGradient", "variable", a => Tf.StopGradient(a.Tensor("variable")));
        table.Unary("LogicalNot", x => Tf.LogicalNot(Tf.Cast(x, DType.Bool)));
        table.Unary("BitwiseNot BitwiseInvert", RawOps.Invert);
        table.Unary("Signbit", x => Tf.Less(x, Tf.ZerosLike(x)));
        table.Unary("Isreal", x => x.DType.IsComplex ? Tf.Equal(Tf.Imag(x), Tf.ZerosLike(Tf.Imag(x))) : Tf.OnesLike(x, DType.Bool));
        table.Unary("Isfinite", x => x.DType.IsFloating ? Tf.Math.IsFinite(x) : Tf.OnesLike(x, DType.Bool));
        table.Unary("Isinf", x => x.DType.IsFloating ? Tf.Math.IsInf(x) : Tf.ZerosLike(x, DType.Bool));
        table.Unary("Isnan", x => x.DType.IsFloating ? Tf.Math.IsNan(x) : Tf.ZerosLike(x, DType.Bool));
        table.Unary("Isneginf", x => OperationFormulas.IsInfinity(x, -1));
        table.Unary("Isposinf", x => OperationFormulas.IsInfinity(x, 1));
        table.Unary("Trunc", x => x.DType.IsFloating ? Tf.Where(Tf.Less(x, Tf.ZerosLike(x)), Tf.Math.Ceil(x), Tf.Floor(x)) : x);
        table.Add("Round", "x", a => OperationFormulas.Round(a.Tensor("x"), a.Int("decimals", 0)));
        table.Add("ZerosLike", "x", a => Tf.ZerosLike(a.Tensor("x"), a.DType("dtype") ?? a.Tensor("x").DType));
        table.Add("OnesLike", "x", a => Tf.OnesLike(a.Tensor("x"), a.DType("dtype") ?? a.Tensor("x").DType));
        table.Add("FullLike", "x fill_value", a => FullLike(a, a.Tensor("x")));
        table.Add("Cast", "x", a => Tf.Cast(a.Tensor("x"), a.DType("dtype") ?? KerasConfig.FloatX));
        table.Add("SaturateCast", "x", a => Tf.SaturateCast(a.Tensor("x"), a.DType("dtype") ?? KerasConfig.FloatX));
        table.Add("ConvertToTensor Array", "x", a =>
            a.DType("dtype") is { } dtype ? Tf.Cast(a.Tensor("x"), dtype) : Tf.Identity(a.Tensor("x")));
        table.Add("NanToNum", "x", a => OperationFormulas.NanToNum(
            a.Tensor("x"), a.Number("nan", 0), a.Has("posinf")
                ? a.Number("posinf", 0) : null, a.Has("neginf") ? a.Number("neginf", 0) : null));
        table.Add("Clip", "x", a =>
        {
            (Tensor x, Tensor lower) = Promotion.Of(a.Tensor("x"), a.Tensor("x_min"));
            return Tf.Minimum(Tf.Maximum(x, lower), Tf.Cast(a.Tensor("x_max"), x.DType));
        });
        AddFloatingFunctions(table);
        AddActivations(table);
    }

    // Integers become floating-point numbers first.
    private static void AddFloatingFunctions(OperationTable table)
    {
        Floating("Arccos", Tf.Acos);
        Floating("Arccosh", Tf.Acosh);
        Floating("Arcsin", Tf.Asin);
        Floating("Arcsinh", Tf.Asinh);
        Floating("Arctan", Tf.Atan);
        Floating("Arctanh", Tf.Atanh);
        Floating("Cbrt", x => Tf.Sign(x) * Tf.Pow(Tf.Abs(x), 1.0 / 3));
        Floating("Ceil", Tf.Math.Ceil);
        Floating("Floor", Tf.Floor);
        Floating("Cos", Tf.Cos);
        Floating("Cosh", Tf.Cosh);
        Floating("Deg2rad", x => x * (Math.PI / 180));
        Floating("Rad2deg", x => x * (180 / Math.PI));
        Floating("Exp", Tf.Exp);
        Floating("Exp2", x => Tf.Pow(OperationFormulas.Constant(x, 2), x));
        Floating("Expm1", Tf.Expm1);
        Floating("I0", Tf.Math.BesselI0);
        Floating("Log", Tf.Log);
        Floating("Log10", x => Tf.Log(x) / Math.Log(10));
        Floating("Log1p", Tf.Log1p);
        Floating("Log2", x => Tf.Log(x) / Math.Log(2));
        Floating("Reciprocal", Tf.Math.Reciprocal);
        Floating("Sin", Tf.Sin);
        Floating("Sinc", OperationFormulas.Sinc);
        Floating("Sinh", Tf.Sinh);
        Floating("Sqrt", Tf.Sqrt);
        Floating("Tan", Tf.Tan);
        Floating("Tanh", Tf.Tanh);
        Floating("Rsqrt", Tf.Math.Rsqrt);
        Floating("Erf", Tf.Math.Erf);
        Floating("Erfc", Tf.Math.Erfc);
        Floating("Erfinv", Tf.Math.Erfinv);
        Floating("Logdet", Tf.Linalg.Logdet);
        void Floating(string name, Func<Tensor, Tensor> compute) => table.Unary(name, x => compute(Promotion.Floating(x)));
    }

    private static void AddActivations(OperationTable table)
    {
        Activation("Relu", _ => new ReluActivation());
        Activation("ReLU",
            a => new ReluActivation(a.Number("negative_slope", 0), a.Has("max_value")
            ? a.Number("max_value", 0) : null, a.Number("threshold", 0)));
        Activation("Relu6", _ => new Relu6Activation());
        Activation("Sigmoid", _ => new SigmoidActivation());
        Activation("SparseSigmoid", _ => new SparseSigmoidActivation());
        Activation("Softplus", _ => new SoftplusActivation());
        Activation("Softsign", _ => new SoftsignActivation());
        Activation("SoftShrink", a => new SoftShrinkActivation(a.Number("threshold", 0.5)));
        Activation("SparsePlus", _ => new SparsePlusActivation());
        Activation("Silu", _ => new SiluActivation());
        Activation("Squareplus", a => new SquareplusActivation(a.Number("b", 4)));
        Activation("LogSigmoid", _ => new LogSigmoidActivation());
        Activation("LeakyRelu", a => new LeakyReluActivation(a.Number("negative_slope", 0.2)));
        Activation("HardSigmoid", _ => new HardSigmoidActivation());
        Activation("HardSilu", _ => new HardSiluActivation());
        Activation("Elu", a => new EluActivation(a.Number("alpha", 1)));
        Activation("Selu", _ => new SeluActivation());
        Activation("Gelu", a => new GeluActivation(a.Flag("approximate", true)));
        Activation("Celu", a => new CeluActivation(a.Number("alpha", 1)));
        Activation("Glu", a => new GluActivation(a.Int("axis", -1)));
        Activation("TanhShrink", _ => new TanhShrinkActivation());
        Activation("HardTanh", _ => new HardTanhActivation());
        Activation("HardShrink", a => new HardShrinkActivation(a.Number("threshold", 0.5)));
        Activation("Threshold", a => new ThresholdActivation(a.Number("threshold", 0), a.Number("default_value", 0)));
        Activation("Sparsemax", _ => new SparsemaxActivation());
        Activation("Mish", _ => new MishActivation());
        table.Add("Softmax", "x", a => Softmax(a, x => Tf.NN.Softmax(x, -1), Tf.NN.Softmax));
        table.Add("LogSoftmax", "x", a => Softmax(a, x => Tf.NN.LogSoftmax(x, -1), Tf.NN.LogSoftmax));
        void Activation(string name, Func<OperationArguments, ActivationFunction> make) =>
            table.Add(name, "x", a => make(a).Compute(Promotion.Floating(a.Tensor("x"))));
    }

    // Without an axis, over all elements.
    private static Tensor Softmax(OperationArguments a, Func<Tensor, Tensor> overLast, Func<Tensor, int, Tensor> over)
    {
        Tensor x = Promotion.Floating(a.Tensor("x"));
        return a.Axis(-1) is { } axis ? over(x, axis) : Tf.Reshape(overLast(Tf.Reshape(x, [-1])), Tf.Shape(x));
    }

    private static Tensor FullLike(OperationArguments a, Tensor x) =>
        Tf.BroadcastTo(Tf.Cast(a.Tensor("fill_value"), a.DType("dtype") ?? x.DType), Tf.Shape(x));
}
