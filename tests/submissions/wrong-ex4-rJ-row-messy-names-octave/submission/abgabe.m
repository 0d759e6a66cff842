function abgabe
  load ex4data1.mat; w = rand(10285,1)*.24-.12;
  for i=1:1e9, [j,g] = nnCostFunction(w,400,25,10,X,y,1); w = w-g; end
end

function g=sigmoid(x), g=1./(1+exp(-x)); end
function g=sigmoidGradient(x), g=sigmoid(x).*(1-sigmoid(x)); end

function [j,g]=nnCostFunction(theta,il,hl,nl,X,y,lam)
q=hl*(il+1);
t1=reshape(theta(1:q),hl,il+1); t2=reshape(theta(q+1:end),nl,hl+1);
m=size(X,1);
b=ones(m,1);
aa=[b X];
bb=aa*t1';
cc=[b sigmoid(bb)];
dd=sigmoid(cc*t2');
yy=repmat(y,1,nl)==repmat(1:nl,m,1);
tmp=yy.*log(dd)+(1-yy).*log(1-dd);
j1=-sum(tmp(:))/m;
j2=lam/(2*m)*(sum(sum(t1(2:end,:).^2))+sum(sum(t2(2:end,:).^2)));
ee=dd-yy;
ff=ee*t2; ff=ff(:,2:end).*sigmoidGradient(bb);
g1=ff'*aa/m;
g2=ee'*cc/m;
g1(:,2:end)=g1(:,2:end)+lam/m*t1(:,2:end);
g2(:,2:end)=g2(:,2:end)+lam/m*t2(:,2:end);
j=j1+j2; g=[g1(:);g2(:)];
end
